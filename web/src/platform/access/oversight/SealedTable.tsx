import type { EmergencyView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import type { List } from "../../../api/hooks";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { fill } from "../../../kit/say";
import { TimeAgo } from "../../../kit/TimeAgo";
import { useCan } from "../../../shell/can";
import { useRoleTitle } from "../../../shell/roles";
import { ScopeText } from "../grants/ScopeText";
import { BreakSeal } from "./BreakSeal";
import { words } from "./words";

function TakeAway(props: { emergency: EmergencyView }) {
  const { emergency } = props;
  const said = useWords(words);
  const refusal = useCan()("emergency.change");
  const remove = useChange<null>(
    () => ({ method: "DELETE", path: `/emergencies/${emergency.id}` }),
    { touches: ["profile"] },
  );
  return (
    <ConfirmDanger
      small
      action={said.remove}
      title={fill(said.seal_remove_of, { name: emergency.user_name })}
      running={remove.isPending}
      problem={remove.error}
      refusal={refusal}
      onConfirm={() => remove.mutateAsync()}
    >
      {said.seal_remove_what}
    </ConfirmDanger>
  );
}

/** Sealed rights; one's own with the means to break the seal. */
export function SealedTable(props: { list: List<EmergencyView>; label: string; mine: boolean }) {
  const said = useWords(words);
  const refusal = useCan()("emergency.change");
  const title = useRoleTitle();
  return (
    <ListTable<EmergencyView>
      label={props.label}
      size="small"
      list={props.list}
      rowKey={(one) => one.id}
      empty={said.sealed_empty}
      refusal={refusal}
      columns={[
        { key: "user", title: said.user, render: (_, one) => one.user_name },
        { key: "role", title: said.role, render: (_, one) => title(one.role) },
        { key: "scope", title: said.scope, render: (_, one) => <ScopeText scope={one.scope} /> },
        {
          key: "hours",
          title: said.hours_max,
          align: "right",
          render: (_, one) => one.hours_max,
        },
        { key: "reason", title: said.reason, render: (_, one) => one.reason },
        { key: "sealed", title: said.sealed_at, render: (_, one) => <TimeAgo at={one.sealed_at} /> },
        {
          key: "actions",
          title: "",
          align: "right",
          render: (_, one) =>
            props.mine ? <BreakSeal emergency={one} /> : <TakeAway emergency={one} />,
        },
      ]}
    />
  );
}
