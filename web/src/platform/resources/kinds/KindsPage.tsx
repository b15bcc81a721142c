import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import type { KindView, RelationKindView } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { useText, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { useCan } from "../../../shell/can";
import { KindDialog } from "./KindDialog";
import { KindIcon } from "../KindIcon";
import { useKinds } from "../useKinds";
import { RelationKindDialog } from "./RelationKindDialog";
import { words } from "./words";
import "../resources.css";

/** The word of a value that the server names; its own name where there is none. */
function worded(said: Record<string, string>, key: string): string {
  return said[key] ?? key;
}

function RelationKinds() {
  const said = useWords(words);
  const textOf = useText();
  const refusal = useCan()("kind.change");
  const list = useItems<RelationKindView>("/relation-kinds");
  const [editing, setEditing] = useState<RelationKindView | "new" | null>(null);
  return (
    <Card
      title={said.relation_kinds}
      extra={
        <Permitted refusal={refusal}>
          <Button disabled={refusal !== null} onClick={() => setEditing("new")}>
            {said.relation_kind_new}
          </Button>
        </Permitted>
      }
    >
      <ListTable<RelationKindView>
        label={said.relation_kinds}
        list={list}
        rowKey={(row) => row.name}
        empty={said.empty}
        size="small"
        {...(refusal === null ? { onOpen: setEditing } : {})}
        columns={[
          { key: "name", title: said.kind_name, render: (_, row) => <code>{row.name}</code> },
          {
            key: "forward",
            title: said.forward,
            render: (_, row) =>
              refusal === null ? (
                <Button type="link" className="resource-open" onClick={() => setEditing(row)}>
                  {textOf(row.forward)}
                </Button>
              ) : (
                textOf(row.forward)
              ),
          },
          { key: "backward", title: said.backward, render: (_, row) => textOf(row.backward) },
          { key: "targets", title: said.targets, render: (_, row) => row.targets },
          { key: "failure", title: said.failure, render: (_, row) => worded(said, `failure_${row.failure}`) },
          {
            key: "retire",
            title: said.on_retirement,
            render: (_, row) => worded(said, `retirement_${row.on_retirement}`),
          },
        ]}
      />
      {editing ? (
        <RelationKindDialog
          kind={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
        />
      ) : null}
    </Card>
  );
}

/** What a resource can be: kinds with their attributes, and the ways they hang together. */
export default function KindsPage() {
  const said = useWords(words);
  const kinds = useKinds();
  const refusal = useCan()("kind.change");
  const list = useItems<KindView>("/kinds");
  const [editing, setEditing] = useState<KindView | "new" | null>(null);
  return (
    <>
      <PageHeader
        title={said.kinds}
        about={said.kinds_about}
        actions={
          <Permitted refusal={refusal}>
            <Button
              type="primary"
              icon={<PlusOutlined />}
              disabled={refusal !== null}
              onClick={() => setEditing("new")}
            >
              {said.kind_new}
            </Button>
          </Permitted>
        }
      />
      <ListTable<KindView>
        label={said.kinds}
        list={list}
        rowKey={(row) => row.name}
        empty={said.empty}
        {...(refusal === null ? { onOpen: setEditing } : {})}
        columns={[
          {
            key: "title",
            title: said.kind,
            render: (_, row) => (
              <span className="resource-name">
                <KindIcon kind={row.name} />
                {refusal === null ? (
                  <Button type="link" className="resource-open" onClick={() => setEditing(row)}>
                    {kinds.titleOf(row.name)}
                  </Button>
                ) : (
                  kinds.titleOf(row.name)
                )}
              </span>
            ),
          },
          { key: "name", title: said.kind_name, render: (_, row) => <code>{row.name}</code> },
          {
            key: "parent",
            title: said.kind_parent,
            render: (_, row) => (row.parent ? kinds.titleOf(row.parent) : "–"),
          },
          {
            key: "attributes",
            title: said.attributes,
            align: "right",
            render: (_, row) => row.attributes.filter((one) => !one.retired).length,
          },
          {
            key: "shipped",
            title: said.kind_origin,
            render: (_, row) => (row.shipped ? said.kind_shipped : said.kind_own),
          },
        ]}
      />
      <RelationKinds />
      {editing ? (
        <KindDialog kind={editing === "new" ? null : editing} onClose={() => setEditing(null)} />
      ) : null}
    </>
  );
}
