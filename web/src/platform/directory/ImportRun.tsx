import { Alert, Progress } from "antd";
import type { DirectoryImportRunView } from "../../api/contract";
import { Card } from "../../kit/Card";
import { useText, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { TimeAgo } from "../../kit/TimeAgo";
import { ImportResult } from "./ImportResult";
import { words } from "./words";

function Running(props: { run: DirectoryImportRunView }) {
  const { dry_run, rows_done: done, rows_total: total, started_at } = props.run;
  const said = useWords(words);
  const percent = total > 0 ? Math.floor((done / total) * 100) : 0;
  return (
    <Card title={dry_run ? said.import_trying : said.import_running}>
      <Progress percent={percent} status="active" aria-label={said.import_progress} />
      <p>
        {total > 0 ? fill(said.import_rows, { done, total }) : said.import_reading}
        {" · "}
        {said.import_started} <TimeAgo at={started_at} />
      </p>
      <p className="kit-quiet">{said.import_slow}</p>
    </Card>
  );
}

/** An import: how far it is, what it did, or why it came to nothing. */
export function ImportRun(props: { run: DirectoryImportRunView; file: boolean }) {
  const { run, file } = props;
  const said = useWords(words);
  const text = useText();
  if (run.state === "running") return <Running run={run} />;
  if (run.failure) return <Alert type="error" showIcon title={text(run.failure)} />;
  if (!run.result) return null;
  // After a reload the server knows what came of the file, and the browser has it no more.
  const again = !file && !run.result.applied;
  return (
    <>
      {file ? null : (
        <p className="kit-quiet">
          {run.dry_run ? said.import_last_tried : said.import_last} <TimeAgo at={run.ended_at} />
        </p>
      )}
      <ImportResult result={run.result} />
      {again ? <Alert type="info" showIcon title={said.import_choose_again} /> : null}
    </>
  );
}
