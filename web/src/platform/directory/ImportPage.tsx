import { DownloadOutlined, InboxOutlined } from "@ant-design/icons";
import { Alert, Button, Select, Space, Steps, Upload } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { addressOf } from "../../api/client";
import type { DirectoryImportView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { PageHeader } from "../../kit/PageHeader";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { ImportResult } from "./ImportResult";
import { words } from "./words";
import "./directory.css";

const TOUCHES = ["units", "posts", "people", "holdings", "journal"];
const SHEETS = ["units", "posts", "people", "holdings"] as const;

interface Sent {
  file: Blob;
  sheet: string;
  dry_run: boolean;
}

function Chooser(props: { file: File | null; disabled: boolean; onFile: (file: File) => void }) {
  const said = useWords(words);
  return (
    <Upload.Dragger
      accept=".xlsx,.csv"
      showUploadList={false}
      disabled={props.disabled}
      beforeUpload={(file) => {
        props.onFile(file);
        return false;
      }}
    >
      <p className="ant-upload-drag-icon">
        <InboxOutlined />
      </p>
      <p>{props.file ? props.file.name : said.import_choose}</p>
      <p className="kit-quiet">{said.import_hint}</p>
    </Upload.Dragger>
  );
}

/** Which step is reached: a file, what it would do, done. */
function stepOf(result: DirectoryImportView | null | undefined): number {
  if (result === null || result?.applied) return 2;
  return result === undefined ? 0 : 1;
}

/** Brings the organisation in from a file: first what it would do, then all of it. */
export default function ImportPage() {
  const said = useWords(words);
  const refusal = useCan()("directory.change");
  const [file, setFile] = useState<File | null>(null);
  const [sheet, setSheet] = useState("");
  // A run that takes long is answered without a result.
  const send = useChange<DirectoryImportView | null, Sent>(
    ({ file: body, sheet: about, dry_run }) => ({
      method: "POST",
      path: "/directory/import",
      query: { dry_run, sheet: about },
      file: body,
    }),
    { touches: TOUCHES },
  );
  const look = (chosen: File, about: string) => {
    setFile(chosen);
    setSheet(about);
    const csv = chosen.name.toLowerCase().endsWith(".csv");
    if (!csv || about) send.mutate({ file: chosen, sheet: about, dry_run: true });
    else send.reset();
  };
  const again = () => {
    setFile(null);
    setSheet("");
    send.reset();
  };
  const result = send.data;
  const step = stepOf(result);
  const csv = file?.name.toLowerCase().endsWith(".csv") ?? false;
  return (
    <>
      <PageHeader
        title={said.import_title}
        about={said.import_about}
        actions={
          <Button icon={<DownloadOutlined />} href={addressOf("/directory/template")} download>
            {said.import_template}
          </Button>
        }
      />
      <div className="directory-import">
        <Steps
          current={step}
          items={[
            { title: said.import_step_file },
            { title: said.import_step_check },
            { title: said.import_step_done },
          ]}
        />
        {refusal ? <Alert type="warning" showIcon title={refusal} /> : null}
        {step < 2 ? (
          <Card title={said.import_step_file}>
            <Chooser
              file={file}
              disabled={refusal !== null || send.isPending}
              onFile={(chosen) => look(chosen, "")}
            />
            {csv && file ? (
              <Select
                aria-label={said.import_sheet_of}
                placeholder={said.import_sheet_of}
                className="kit-wide directory-below"
                value={sheet || null}
                onChange={(about: string) => look(file, about)}
                options={SHEETS.map((one) => ({ value: one, label: said[one] }))}
              />
            ) : null}
          </Card>
        ) : null}
        <ErrorPanel problem={send.error} />
        {result === null ? <Alert type="info" showIcon title={said.import_slow} /> : null}
        {result ? <ImportResult result={result} /> : null}
        <Space>
          {step === 2 ? (
            <>
              <Button onClick={again}>{said.import_again}</Button>
              <Link to={paths.units()}>{said.import_to_units}</Link>
            </>
          ) : (
            <Button
              type="primary"
              disabled={step !== 1 || !result || result.faults_total > 0}
              loading={send.isPending}
              onClick={() => file && send.mutate({ file, sheet, dry_run: false })}
            >
              {said.import_apply}
            </Button>
          )}
        </Space>
      </div>
    </>
  );
}
