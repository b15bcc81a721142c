import { InboxOutlined } from "@ant-design/icons";
import { Alert, Button, Modal, Select, Space, Table, Upload } from "antd";
import { useState } from "react";
import type { ResourceImportView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useText, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { useKinds } from "./useKinds";
import { words } from "./words";

const TOUCHES = ["journal", "check-states", "relations"];

interface Sent {
  file: Blob;
  sheet: string;
  dry_run: boolean;
}

function Faults(props: { result: ResourceImportView }) {
  const said = useWords(words);
  const textOf = useText();
  const { faults } = props.result;
  if (faults.length === 0) return null;
  return (
    <Table
      size="small"
      pagination={{ pageSize: 10, hideOnSinglePage: true }}
      rowKey={(fault) => `${fault.sheet} ${fault.row} ${fault.cell} ${fault.found}`}
      dataSource={faults}
      columns={[
        { title: said.import_sheet, dataIndex: "sheet" },
        { title: said.import_row, dataIndex: "row" },
        { title: said.import_cell, render: (_, fault) => fault.cell || fault.column },
        { title: said.import_found, dataIndex: "found" },
        { title: said.import_expected, render: (_, fault) => textOf(fault.expected) },
      ]}
    />
  );
}

function Result(props: { result: ResourceImportView }) {
  const said = useWords(words);
  const { result } = props;
  const { created, changed, unchanged, related, faults } = result;
  const counts = { created, changed, unchanged, related, faults: faults.length };
  const text = faults.length > 0 ? said.import_refused : said.import_would;
  const done = result.applied ? said.import_done : text;
  const notes = [
    ...result.left_alone.map((sheet) => fill(said.import_left_alone, { sheet })),
    ...(result.formulas.length > 0
      ? [fill(said.import_formulas, { cells: result.formulas.slice(0, 10).join(", ") })]
      : []),
  ];
  return (
    <>
      <Alert
        showIcon
        type={faults.length > 0 ? "error" : result.applied ? "success" : "info"}
        title={fill(done, counts)}
        description={notes.length > 0 ? notes.map((note) => <div key={note}>{note}</div>) : null}
      />
      <Faults result={result} />
    </>
  );
}

/** Brings a workbook or a CSV file into the register: first what it would do, then all of it. */
export function ImportDialog(props: { onClose: () => void }) {
  const said = useWords(words);
  const kinds = useKinds();
  const [file, setFile] = useState<File | null>(null);
  const [sheet, setSheet] = useState("");
  const send = useChange<ResourceImportView, Sent>(
    ({ file: body, sheet: about, dry_run }) => ({
      method: "POST",
      path: `/resources/import?dry_run=${dry_run}&sheet=${encodeURIComponent(about)}`,
      file: body,
    }),
    { touches: TOUCHES },
  );
  const csv = file?.name.toLowerCase().endsWith(".csv") ?? false;
  const look = (chosen: File, about: string) => {
    setFile(chosen);
    setSheet(about);
    send.mutate({ file: chosen, sheet: about, dry_run: true });
  };
  const result = send.data;
  const ready = file !== null && result !== undefined && !result.applied;
  const sheets = [
    ...kinds.items.map((kind) => ({ value: kind.name, label: kinds.titleOf(kind.name) })),
    { value: "relations", label: said.relations },
  ];
  return (
    <Modal
      open
      width={860}
      title={said.import_title}
      onCancel={props.onClose}
      footer={
        <Space>
          <Button onClick={props.onClose}>{result?.applied ? said.done : said.cancel}</Button>
          <Button
            type="primary"
            disabled={!ready || result.faults.length > 0}
            loading={send.isPending}
            onClick={() => file && send.mutate({ file, sheet, dry_run: false })}
          >
            {said.import_apply}
          </Button>
        </Space>
      }
    >
      <Upload.Dragger
        accept=".xlsx,.csv"
        showUploadList={false}
        beforeUpload={(chosen) => {
          look(chosen, "");
          return false;
        }}
      >
        <p className="ant-upload-drag-icon">
          <InboxOutlined />
        </p>
        <p>{file ? file.name : said.import_choose}</p>
        <p className="kit-quiet">{said.import_about}</p>
      </Upload.Dragger>
      {csv && file ? (
        <Select
          aria-label={said.import_sheet_of}
          placeholder={said.import_sheet_of}
          className="kit-wide resource-import-sheet"
          value={sheet || null}
          onChange={(about: string) => look(file, about)}
          options={sheets}
        />
      ) : null}
      <ErrorPanel problem={send.error} />
      {result ? <Result result={result} /> : null}
    </Modal>
  );
}
