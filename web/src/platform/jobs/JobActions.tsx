import { CaretRightOutlined, MoreOutlined } from "@ant-design/icons";
import { Button, Dropdown, Space } from "antd";
import { useState } from "react";
import type { JobView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useText, useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { useCan } from "../../shell/can";
import { PauseDialog } from "./PauseDialog";
import { ScheduleDialog } from "./ScheduleDialog";
import { words } from "./words";

type Dialog = "pause" | "schedule" | null;

/** What can be done with a job: run it, pause it, give it another schedule. */
export function JobActions(props: { job: JobView }) {
  const { job } = props;
  const said = useWords(words);
  const textOf = useText();
  const can = useCan();
  const [dialog, setDialog] = useState<Dialog>(null);
  const path = `/jobs/${encodeURIComponent(job.name)}`;
  const run = useChange<null>(() => ({ method: "POST", path: `${path}/run` }));
  const resume = useChange<JobView>(() => ({ method: "POST", path: `${path}/resume` }));
  const reset = useChange<JobView>(() => ({
    method: "DELETE",
    path: `${path}/schedule`,
    version: job.version,
  }));
  const [runRefusal, refusal] = [can("job.run"), can("job.change")];
  const disabled = refusal !== null || job.fixed;
  const why = job.fixed ? said.fixed : (refusal ?? "");
  const entries = [
    job.paused
      ? {
          key: "resume",
          label: said.resume,
          disabled: refusal !== null,
          onClick: () => resume.mutate(),
        }
      : { key: "pause", label: said.pause, disabled, onClick: () => setDialog("pause") },
    { key: "schedule", label: said.reschedule, disabled, onClick: () => setDialog("schedule") },
    ...(job.overridden
      ? [{ key: "reset", label: said.schedule_reset, disabled, onClick: () => reset.mutate() }]
      : []),
  ];
  return (
    <Space onClick={(event) => event.stopPropagation()}>
      <ErrorPanel problem={run.error ?? resume.error ?? reset.error} />
      <Permitted refusal={runRefusal}>
        <Button
          size="small"
          icon={<CaretRightOutlined />}
          disabled={runRefusal !== null || job.running}
          onClick={() => run.mutate()}
        >
          {said.run}
        </Button>
      </Permitted>
      <Dropdown autoFocus trigger={["click"]} menu={{ items: entries, title: why }}>
        <Button
          size="small"
          icon={<MoreOutlined />}
          aria-label={`${said.more} ${textOf(job.title)}`}
        />
      </Dropdown>
      <PauseDialog job={job} open={dialog === "pause"} onClose={() => setDialog(null)} />
      <ScheduleDialog job={job} open={dialog === "schedule"} onClose={() => setDialog(null)} />
    </Space>
  );
}
