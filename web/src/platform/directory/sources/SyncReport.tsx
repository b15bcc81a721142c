import { Alert, Table } from "antd";
import type { DirectorySyncChangeView, DirectorySyncView } from "../../../api/contract";
import { useText, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { FITTED } from "../../../kit/table";
import { FieldValue } from "../../fields/FieldValue";
import { useTerm } from "../../fields/useTerm";
import { words } from "./words";

const PAGES = { pageSize: 10, hideOnSinglePage: true };

function useWhat(): (what: string) => string {
  const said = useWords(words);
  const known = new Map<string, string>([
    ["created", said.what_created],
    ["linked", said.what_linked],
    ["changed", said.what_changed],
    ["left", said.what_left],
    ["holding-began", said.what_began],
    ["holding-ended", said.what_ended],
  ]);
  return (what) => known.get(what) ?? what;
}

/** What differs of a person: each field with what it held and holds, or the post. */
function Differences(props: { change: DirectorySyncChangeView }) {
  const { fields, values } = props.change;
  const said = useWords(words);
  const term = useTerm("person");
  if (values.length === 0) return fields.map(term).join(said.comma) || "–";
  return values.map(({ field, before, after }) => (
    <div key={field}>
      {fill(said.field_was, { field: term(field) })}
      <del>
        <FieldValue field={field} value={before} about="person" />
      </del>{" "}
      → <FieldValue field={field} value={after} about="person" />
    </div>
  ));
}

function Problems(props: { report: DirectorySyncView }) {
  const said = useWords(words);
  const text = useText();
  if (props.report.problems_total === 0) return null;
  return (
    <>
      <h4>{fill(said.problems, { n: props.report.problems_total })}</h4>
      <Table
        size="small"
        pagination={PAGES}
        scroll={FITTED}
        rowKey={(one) => `${one.dn} ${one.text.en}`}
        dataSource={props.report.problems}
        columns={[
          { key: "dn", title: said.entry, dataIndex: "dn" },
          { key: "why", title: said.why, render: (_, one) => text(one.text) },
        ]}
      />
    </>
  );
}

/** What a run did, or would do: figures, differences, entries that cannot be taken. */
export function SyncReport(props: { title: string; report: DirectorySyncView }) {
  const { title, report } = props;
  const said = useWords(words);
  const text = useText();
  const what = useWhat();
  const { read, created, linked, changed, left, unchanged, holdings } = report;
  const counts = fill(said.counts, { read, created, linked, changed, left, unchanged, holdings });
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <Alert
        showIcon
        type={report.failure ? "error" : report.applied ? "success" : "info"}
        title={report.failure ? text(report.failure) : counts}
        description={report.referrals ? fill(said.referrals, { n: report.referrals }) : null}
      />
      {report.changes.length > 0 ? (
        <Table
          size="small"
          className="directory-below"
          pagination={PAGES}
          scroll={FITTED}
          rowKey={(one) => `${one.what} ${one.number} ${one.fields.join(" ")}`}
          dataSource={report.changes}
          columns={[
            { key: "what", title: said.what, render: (_, one) => what(one.what) },
            { key: "name", title: said.name, dataIndex: "name" },
            { key: "number", title: said.number, dataIndex: "number" },
            { key: "fields", title: said.fields, render: (_, one) => <Differences change={one} /> },
          ]}
        />
      ) : null}
      <Problems report={report} />
    </section>
  );
}
