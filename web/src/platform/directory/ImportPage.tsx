import { DownloadOutlined } from "@ant-design/icons";
import { Alert, Button, Space, Steps } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { DirectoryImportRunView } from "../../api/contract";
import { useChange, useOne } from "../../api/hooks";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { PageHeader } from "../../kit/PageHeader";
import { useDownload } from "../../kit/useDownload";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { ImportChooser, isCsv } from "./ImportChooser";
import { ImportRun } from "./ImportRun";
import { words } from "./words";
import "./directory.css";

const TOUCHES = ["regions", "units", "sites", "posts", "people", "holdings", "journal"];
const LOOK_AGAIN_MS = 1000;

interface Sent {
  file: Blob;
  sheet: string;
  dry_run: boolean;
}

/** Which step is reached: a file, what it would do, done. */
function stepOf(run: DirectoryImportRunView | null): number {
  if (run === null) return 0;
  return run.result?.applied ? 2 : 1;
}

/** The last import, as the server tells of it; whoever comes back to the page finds it again. */
function useRun(sending: boolean) {
  // While a file is on its way, and until its import ends, it is looked at again and again.
  const [running, setRunning] = useState(false);
  const every = sending || running ? { every_ms: LOOK_AGAIN_MS } : {};
  const read = useOne<DirectoryImportRunView | null>("/directory/import", {}, every);
  const is = read.value?.state === "running";
  if (is !== running) setRunning(is);
  return read;
}

/** Brings the organisation in from a file: first what it would do, then all of it. */
export default function ImportPage() {
  const said = useWords(words);
  const refusal = useCan()("directory.change");
  const template = useDownload();
  const [file, setFile] = useState<File | null>(null);
  const [sheet, setSheet] = useState("");
  // The run that the user has turned away from, by its beginning.
  const [left, setLeft] = useState("");
  const send = useChange<unknown, Sent>(
    ({ file: body, sheet: about, dry_run }) => ({
      method: "POST",
      path: "/directory/import",
      query: { dry_run, sheet: about },
      file: body,
    }),
    { touches: TOUCHES },
  );
  const read = useRun(send.isPending);
  const last = read.value ?? null;
  const run = last?.started_at === left ? null : last;
  const bring = (sent: Sent) => send.mutate(sent, { onSettled: read.reload });
  const choose = (chosen: File | null, about: string) => {
    setFile(chosen);
    setSheet(about);
    setLeft(last?.started_at ?? "");
    send.reset();
    if (chosen && (!isCsv(chosen) || about)) bring({ file: chosen, sheet: about, dry_run: true });
  };
  const step = stepOf(run);
  const busy = send.isPending || run?.state === "running";
  const ready = file !== null && !busy && run?.result?.faults_total === 0;
  // What is wrong cell by cell stands in the run, and more of it than in the refusal.
  const told = send.error?.code === "invalid" && (run?.result?.faults_total ?? 0) > 0;
  return (
    <>
      <PageHeader
        title={said.import_title}
        about={said.import_about}
        actions={
          <Button
            icon={<DownloadOutlined />}
            loading={template.running}
            onClick={() =>
              template.take({ path: "/directory/template", name: "directory-template.xlsx" })
            }
          >
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
          <ImportChooser
            file={file}
            sheet={sheet}
            disabled={refusal !== null || busy}
            onChoose={choose}
          />
        ) : null}
        {told ? null : <ErrorPanel problem={send.error} />}
        {run && (run.failure === null || send.error === null) ? (
          <ImportRun run={run} file={file !== null} />
        ) : null}
        <Space>
          {step === 2 ? (
            <>
              <Button onClick={() => choose(null, "")}>{said.import_again}</Button>
              <Link to={paths.units()}>{said.import_to_units}</Link>
            </>
          ) : (
            <Button
              type="primary"
              disabled={!ready}
              loading={send.isPending}
              onClick={() => file && bring({ file, sheet, dry_run: false })}
            >
              {said.import_apply}
            </Button>
          )}
        </Space>
      </div>
    </>
  );
}
