import { useMemo } from "react";
import type { JobRunView, JobView } from "../../api/contract";
import { useItems } from "../../api/hooks";
import { Figure } from "../../kit/Figure";
import { formatFigure } from "../../kit/format";
import { useLanguage, useText, useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import { fill } from "../../kit/say";
import type { Said } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { JobActions } from "./JobActions";
import { scheduleWords } from "./schedule";
import { words } from "./words";
import "./jobs.css";

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

/** What made it run. */
function saidBy(said: Record<string, string>, by: string): string {
  return said[`by_${by}`] ?? by;
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
        align: "right",
        render: (_, run) => <Figure value={run.duration_s} unit="seconds" />,
      },
      { key: "progress", title: said.progress, render: (_, run) => progressOf(run) },
      { key: "by", title: said.started_by, render: (_, run) => saidBy(said, run.started_by) },
      { key: "server", title: said.server, render: (_, run) => run.server },
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
  every: (seconds: number) => string,
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
    { key: "next", title: said.next, render: (_, job) => <NextRun job={job} /> },
    {
      key: "schedule",
      title: said.schedule,
      render: (_, job) => (
        <>
          <div>{scheduleWords(said, job.schedule, every)}</div>
          {job.overridden ? <small className="kit-quiet">{said.overridden}</small> : null}
        </>
      ),
    },
    { key: "progress", title: said.progress, render: (_, job) => progressOf(job) },
    { key: "message", title: said.message, render: (_, job) => textOf(job.last_message) },
    {
      key: "actions",
      title: "",
      align: "right",
      // In sight also where the table is wider than the screen.
      fixed: "right",
      render: (_, job) => <JobActions job={job} />,
    },
  ];
}

/** When it runs next, or since when and why it does not. */
function NextRun(props: { job: JobView }) {
  const said = useWords(words);
  const { paused, next_run_at } = props.job;
  if (!paused) return <TimeAgo at={next_run_at} />;
  const why = fill(said.paused_by, { by: paused.by, reason: paused.reason });
  return <StateTag state="disabled" text={why} />;
}

/** The jobs of the server: how each went, and its last runs when unfolded. */
export default function JobsPage() {
  const said = useWords(words);
  const textOf = useText();
  const language = useLanguage();
  const list = useItems<JobView>("/jobs", {}, { every_ms: READ_EVERY_MS });
  const columns = useMemo(
    () => columnsOf(said, textOf, (seconds) => formatFigure(seconds, "seconds", language)),
    [said, textOf, language],
  );
  return (
    <>
      <PageHeader title={said.title} about={said.about} />
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
