import type { GrantView } from "../../../api/contract";
import type { Query } from "../../../api/client";
import { useList } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { TimeAgo } from "../../../kit/TimeAgo";
import { useRoleTitle } from "../../../shell/roles";
import { GrantActions } from "./GrantActions";
import { HolderName } from "./HolderName";
import { useCan } from "../../../shell/can";
import { ScopeText } from "./ScopeText";
import { GrantState, Validity } from "./Validity";
import { words } from "./words";

/** The grants that a filter leaves. */
export function GrantsTable(props: { query: Query; label: string; size?: "small" }) {
  const said = useWords(words);
  const title = useRoleTitle();
  const refusal = useCan()("grant.change");
  const list = useList<GrantView>("/grants", props.query);
  return (
    <ListTable<GrantView>
      label={props.label}
      list={list}
      rowKey={(grant) => grant.id}
      empty={said.grants_empty}
      refusal={refusal}
      {...(props.size ? { size: props.size } : {})}
      columns={[
        {
          key: "holder",
          title: said.holder,
          render: (_, grant) => <HolderName grant={grant} />,
        },
        { key: "role", title: said.role, render: (_, grant) => title(grant.role) },
        { key: "scope", title: said.scope, render: (_, grant) => <ScopeText scope={grant.scope} /> },
        {
          key: "valid",
          title: said.valid,
          render: (_, grant) => <Validity from={grant.valid_from} to={grant.valid_to} />,
        },
        { key: "state", title: said.state, render: (_, grant) => <GrantState grant={grant} /> },
        { key: "origin", title: said.origin, render: (_, grant) => said[`origin_${grant.origin}`] },
        { key: "reason", title: said.reason, render: (_, grant) => grant.end_reason ?? grant.reason },
        {
          key: "granted",
          title: said.granted_by,
          render: (_, grant) => <TimeAgo at={grant.granted_at} />,
        },
        {
          key: "actions",
          title: "",
          align: "right",
          render: (_, grant) => <GrantActions grant={grant} mine={false} />,
        },
      ]}
    />
  );
}
