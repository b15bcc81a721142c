import { Button } from "antd";
import { useState } from "react";
import type { ActivationView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo, useNow } from "../../../kit/TimeAgo";
import { useCan } from "../../../shell/can";
import { useRoleTitle } from "../../../shell/roles";
import { useSession } from "../../../shell/session";
import { ReasonDialog } from "../grants/ReasonDialog";
import { words } from "./words";

function Looked(props: { activation: ActivationView }) {
  const { activation } = props;
  const said = useWords(words);
  const refusal = useCan()("review.change");
  const me = useSession().user.id;
  const [open, setOpen] = useState(false);
  if (activation.confirmed_by) {
    return (
      <span title={activation.confirmation ?? ""}>
        <StateTag state="ok" text={said.looked_done} /> <TimeAgo at={activation.confirmed_at} />
      </span>
    );
  }
  return (
    <>
      <StateTag state="warning" text={said.looked_open} />{" "}
      {activation.user_id === me ? null : (
        <Permitted refusal={refusal}>
          <Button size="small" disabled={refusal !== null} onClick={() => setOpen(true)}>
            {said.confirm_look}
          </Button>
        </Permitted>
      )}
      {open ? (
        <ReasonDialog
          path={`/activations/${activation.id}/confirm`}
          title={fill(said.confirm_of, { name: activation.user_name })}
          action={said.confirm_look}
          touches={["emergencies"]}
          onClose={() => setOpen(false)}
        >
          {said.confirm_what}
        </ReasonDialog>
      ) : null}
    </>
  );
}

/** When seals were broken, and who has looked at it since. */
export function ActivationsTable() {
  const said = useWords(words);
  const title = useRoleTitle();
  const now = useNow();
  const list = useList<ActivationView>("/activations");
  return (
    <ListTable<ActivationView>
      label={said.activations}
      size="small"
      list={list}
      rowKey={(one) => one.id}
      empty={said.activations_empty}
      columns={[
        { key: "user", title: said.user, render: (_, one) => one.user_name },
        { key: "role", title: said.role, render: (_, one) => title(one.role) },
        { key: "begun", title: said.begun, render: (_, one) => <TimeAgo at={one.begun_at} /> },
        {
          key: "ends",
          title: said.ends,
          render: (_, one) => (
            <>
              <TimeAgo at={one.ends_at} />{" "}
              {Date.parse(one.ends_at) > now ? (
                <StateTag state="critical" text={said.goes_on} />
              ) : null}
            </>
          ),
        },
        { key: "reason", title: said.reason, render: (_, one) => one.reason },
        { key: "looked", title: said.looked, render: (_, one) => <Looked activation={one} /> },
      ]}
    />
  );
}
