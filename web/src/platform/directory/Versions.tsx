import { Table } from "antd";
import type { ReactNode } from "react";
import { useItems } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { FITTED } from "../../kit/table";
import { TimeAgo } from "../../kit/TimeAgo";
import { FieldValue } from "../fields/FieldValue";
import { useTerm } from "../fields/useTerm";
import { recordedChanges } from "./recordedChanges";
import type { RecordedChange } from "./recordedChanges";
import { Span } from "./Span";
import { words } from "./words";

interface Version {
  valid_from: string;
  valid_to: string | null;
  recorded_at: string;
  superseded_at: string | null;
  version: number;
}

/** What a record says that the one before it does not. */
function Changed(props: { about: string; change: RecordedChange | undefined }) {
  const { about, change } = props;
  const said = useWords(words);
  const term = useTerm(about);
  if (!change || change.first) return said.changed_first;
  if (change.fields.length === 0) return <span className="kit-quiet">{said.changed_times}</span>;
  return change.fields.map(({ path, before, after }) => (
    <div key={path}>
      {term(path)}{" "}
      <del>
        <FieldValue field={path} value={before ?? null} about={about} />
      </del>{" "}
      →{" "}
      <ins>
        <FieldValue field={path} value={after ?? null} about={about} />
      </ins>
    </div>
  ));
}

/** All that was ever known of one thing, newest knowledge first. */
export function Versions<T extends Version>(props: {
  path: string;
  /** The kind of the thing. */
  about: string;
  show: (version: T) => ReactNode;
}) {
  const said = useWords(words);
  const read = useItems<T>(props.path);
  const changes = recordedChanges(read.items);
  return (
    <Card title={said.history}>
      <ErrorPanel problem={read.problem} onRetry={read.reload} />
      <Table<T>
        size="small"
        pagination={{ pageSize: 10, hideOnSinglePage: true }}
        {...(read.items.length > 0 ? { scroll: FITTED } : {})}
        loading={read.loading}
        rowKey={(row) => `${row.recorded_at} ${row.valid_from} ${row.version}`}
        dataSource={read.items.toReversed()}
        columns={[
          { key: "state", title: said.state, render: (_, row) => props.show(row) },
          {
            key: "changed",
            title: said.changed_fields,
            render: (_, row) => <Changed about={props.about} change={changes.get(row)} />,
          },
          { key: "valid", title: said.valid, render: (_, row) => <Span span={row} state /> },
          {
            key: "known",
            title: said.known_since,
            render: (_, row) => <TimeAgo at={row.recorded_at} />,
          },
          {
            key: "better",
            title: said.known_until,
            render: (_, row) => (row.superseded_at ? <TimeAgo at={row.superseded_at} /> : "–"),
          },
        ]}
      />
    </Card>
  );
}
