import { DownloadOutlined } from "@ant-design/icons";
import { Alert, Button, Table } from "antd";
import type { DirectoryImportView } from "../../api/contract";
import { useText, useWords } from "../../kit/language";
import { Card } from "../../kit/Card";
import { download, toCsv } from "../../kit/csv";
import { fill } from "../../kit/say";
import type { Said } from "../../kit/say";
import { FITTED } from "../../kit/table";
import { words } from "./words";

const FORMULAS_SHOWN = 10;
const SHEETS = ["regions", "units", "sites", "posts", "people", "holdings"] as const;

/** A sheet in the words of the page; one that has a name of its own in the file keeps that. */
function sheetIn(said: Said<typeof words>, name: string): string {
  const known = SHEETS.find((sheet) => sheet === name);
  return known ? said[known] : name;
}

function Faults(props: { result: DirectoryImportView }) {
  const said = useWords(words);
  const text = useText();
  const { faults, faults_total: total } = props.result;
  const save = () => {
    const head = [
      said.import_sheet,
      said.import_row,
      said.import_cell,
      said.import_column,
      said.import_found,
      said.import_expected,
    ];
    const rows = faults.map((fault) => [
      sheetIn(said, fault.sheet),
      fault.row,
      fault.cell,
      fault.column,
      fault.found,
      text(fault.expected),
    ]);
    download("import-faults.csv", toCsv(head, rows));
  };
  return (
    <Card
      title={said.import_faults}
      extra={
        <Button icon={<DownloadOutlined />} onClick={save}>
          {said.import_faults_csv}
        </Button>
      }
    >
      {total > faults.length ? (
        <p>{fill(said.import_faults_first, { n: faults.length, total })}</p>
      ) : null}
      <Table
        size="small"
        scroll={FITTED}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        rowKey={(fault) => `${fault.sheet} ${fault.row} ${fault.cell} ${fault.expected.en}`}
        dataSource={faults}
        columns={[
          {
            key: "sheet",
            title: said.import_sheet,
            render: (_, fault) => sheetIn(said, fault.sheet),
          },
          { key: "row", title: said.import_row, dataIndex: "row" },
          {
            key: "cell",
            title: said.import_cell,
            render: (_, fault) => [fault.cell, fault.column].filter(Boolean).join(" · ") || "–",
          },
          { key: "found", title: said.import_found, render: (_, fault) => fault.found || "–" },
          {
            key: "expected",
            title: said.import_expected,
            render: (_, fault) => text(fault.expected),
          },
        ]}
      />
    </Card>
  );
}

function Counts(props: { result: DirectoryImportView }) {
  const said = useWords(words);
  return (
    <Card title={said.import_counts}>
      <Table
        size="small"
        pagination={false}
        rowKey={(sheet) => sheet.name}
        dataSource={props.result.sheets}
        columns={[
          {
            key: "name",
            title: said.import_sheet,
            render: (_, sheet) => sheetIn(said, sheet.name),
          },
          { key: "created", title: said.created, dataIndex: "created", align: "right" },
          { key: "changed", title: said.changed_count, dataIndex: "changed", align: "right" },
          { key: "unchanged", title: said.unchanged, dataIndex: "unchanged", align: "right" },
        ]}
      />
    </Card>
  );
}

/** What a file does, or would do, and what is wrong with it. */
export function ImportResult(props: { result: DirectoryImportView }) {
  const { result } = props;
  const said = useWords(words);
  const idle = result.sheets.every((sheet) => sheet.created === 0 && sheet.changed === 0);
  const good = idle ? said.import_nothing : said.import_would;
  const wrong = result.faults_total > 0;
  const title = wrong ? fill(said.import_refused, { n: result.faults_total }) : good;
  const cells = result.formulas.slice(0, FORMULAS_SHOWN).join(", ");
  return (
    <>
      <Alert
        showIcon
        type={wrong ? "error" : result.applied ? "success" : "info"}
        title={result.applied ? said.import_applied : title}
        description={cells ? fill(said.import_formulas, { cells }) : null}
      />
      {wrong ? <Faults result={result} /> : <Counts result={result} />}
    </>
  );
}
