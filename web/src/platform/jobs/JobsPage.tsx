import { CaretRightOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useMemo } from "react";
import type { JobRunView, JobView } from "../../api/contract";
import { useChange, useItems } from "../../api/hooks";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { Figure } from "../../kit/Figure";
import { useText, useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import { Permitted } from "../../kit/Permitted";
import type { Said } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { useCan } from "../../shell/can";
import { words } from "./words";

const READ_EVERY_MS = 5000;

type Ran = { outcome: JobView["last_outcome"]; running?: boolean };

function Outcome(props: { run: Ran; never: string }) {
  if (props.run.running) return <StateTag state="running" />;
  if (props.run.outcome === null) return <StateTag state="pending" text={props.never} />;
  return <StateTag state={props.run.outcome} />;
}

function progressOf(job: { done: number | null; left: number | null }): string {
  return job.done === null && job.left === null ? "–" : `${job.done ?? "–"} / ${job.left ?? "–"}`;
}

function JobRuns(props: { name: string }) {
  const said = useWords(words);
  const textOf = useText();
  const runs = useItems<JobRunView>(`/jobs/${encodeURIComponent(props.name)}/runs`);
  const columns = useMemo((): Column<JobRunView>[] => {
    return [
      { key: "at", title: said.started, render: (_, run) => <TimeAgo at={run.started_at} /> },
      {
        key: "outcome",
        title: said.state,
        render: (_, run) => <Outcome run={run} never={said.never_ran} />,
      },
      {
        key: "took",
        title: said.took,
        render: (_, run) => <Figure value={run.duration_s} unit="seconds" />,
      },
      { key: "progress", title: said.progress, render: (_, run) => progressOf(run) },
      { key: "message", title: said.message, render: (_, run) => textOf(run.message) },
    ];
  }, [said, textOf]);
  return (
    <ListTable<JobRunView>
      label={said.runs}
      columns={columns}
      list={runs}
      rowKey={(run) => String(run.number)}
      empty={said.empty_runs}
      size="small"
    />
  );
}

function columnsOf(
  said: Said<typeof words>,
  textOf: ReturnType<typeof useText>,
  run: (job: JobView) => void,
  refusal: string | null,
): Column<JobView>[] {
  return [
    {
      key: "name",
      title: said.job,
      render: (_, job) => (
        <>
          <div>{textOf(job.title)}</div>
          <small className="kit-quiet kit-code">{job.name}</small>
        </>
      ),
    },
    {
      key: "state",
      title: said.state,
      render: (_, job) => (
        <Outcome run={{ outcome: job.last_outcome, running: job.running }} never={said.never_ran} />
      ),
    },
    { key: "last", title: said.last, render: (_, job) => <TimeAgo at={job.last_started_at} /> },
    { key: "next", title: said.next, render: (_, job) => <TimeAgo at={job.next_run_at} /> },
    {
      key: "interval",
      title: said.interval,
      render: (_, job) => <Figure value={job.interval_s} unit="seconds" />,
    },
    { key: "progress", title: said.progress, render: (_, job) => progressOf(job) },
    { key: "message", title: said.message, render: (_, job) => textOf(job.last_message) },
    {
      key: "run",
      title: "",
      align: "right",
      render: (_, job) => (
        <Permitted refusal={refusal}>
          <Button
            size="small"
            icon={<CaretRightOutlined />}
            disabled={refusal !== null || job.running}
            onClick={(event) => {
              event.stopPropagation();
              run(job);
            }}
          >
            {said.run}
          </Button>
        </Permitted>
      ),
    },
  ];
}

/** The jobs of the server: how each went, and its last runs when unfolded. */
export default function JobsPage() {
  const said = useWords(words);
  const textOf = useText();
  const refusal = useCan()("job.run");
  const list = useItems<JobView>("/jobs", {}, { every_ms: READ_EVERY_MS });
  const start = useChange<null, JobView>((job) => ({
    method: "POST",
    path: `/jobs/${encodeURIComponent(job.name)}/run`,
  }));
  const { mutate } = start;
  const columns = useMemo(
    () => columnsOf(said, textOf, mutate, refusal),
    [said, textOf, mutate, refusal],
  );
  return (
    <>
      <PageHeader title={said.title} about={said.about} />
      <ErrorPanel problem={start.error} />
      <ListTable<JobView>
        label={said.title}
        columns={columns}
        list={list}
        rowKey={(job) => job.name}
        empty={said.empty}
        detail={(job) => <JobRuns name={job.name} />}
      />
    </>
  );
}
