import { Table } from "antd";
import type { RightsLineView } from "../../../api/contract";
import { useText, useWords } from "../../../kit/language";
import { StateTag } from "../../../kit/StateTag";
import { FITTED } from "../../../kit/table";
import { GrantActions } from "./GrantActions";
import { ScopeText } from "./ScopeText";
import { Validity } from "./Validity";
import { standingWords, wayWords } from "./wayWords";
import { words } from "./words";

/** Grants as they reach one user: role, scope, the way, and whether it counts. */
export function LinesTable(props: { lines: RightsLineView[]; mine: boolean }) {
  const said = useWords(words);
  const text = useText();
  return (
    <Table<RightsLineView>
      size="small"
      pagination={false}
      locale={{ emptyText: said.rights_empty }}
      {...(props.lines.length > 0 ? { scroll: FITTED } : {})}
      rowKey={(line) => `${line.grant.id} ${wayWords(said, line.path)}`}
      dataSource={props.lines}
      columns={[
        { key: "role", title: said.role, render: (_, line) => text(line.role_title) },
        {
          key: "scope",
          title: said.scope,
          render: (_, line) => <ScopeText scope={line.grant.scope} />,
        },
        { key: "way", title: said.way, render: (_, line) => wayWords(said, line.path) },
        {
          key: "standing",
          title: said.standing,
          render: (_, line) => (
            <StateTag
              state={line.standing === "effective" ? "ok" : "disabled"}
              text={standingWords(said, line.standing)}
            />
          ),
        },
        {
          key: "valid",
          title: said.valid,
          render: (_, line) => <Validity from={line.from} to={line.to} />,
        },
        { key: "reason", title: said.reason, render: (_, line) => line.grant.reason },
        {
          key: "actions",
          title: "",
          align: "right",
          // Ending what comes by a group or a post would take it from others, too.
          render: (_, line) =>
            props.mine || line.path.length === 0 ? (
              <GrantActions grant={line.grant} mine={props.mine} />
            ) : null,
        },
      ]}
    />
  );
}
