import { Progress, Table } from "antd";
import { useMemo } from "react";
import type { ClockState, TicketClockSpanView, TicketClockView } from "../../../api/contract";
import type { TicketClocksView, TicketPageView } from "../../../api/contract";
import { useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { formatExact, formatSeconds } from "../../../kit/format";
import { useLanguage, useText, useWords } from "../../../kit/language";
import type { Column } from "../../../kit/ListTable";
import { fill } from "../../../kit/say";
import { reachable } from "../../../kit/reachable";
import { FITTED } from "../../../kit/table";
import { StateTag } from "../../../kit/StateTag";
import type { Tone } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { useClockName } from "./useClockName";
import { words } from "./words";
import { useWorkingTime } from "./workingTime";

const TONES: Record<ClockState, Tone> = {
  running: "running",
  paused: "pending",
  overdue: "critical",
  kept: "ok",
  broken: "failed",
};

const EVERY_MS = 60_000;

function secondsOf(span: TicketClockSpanView): number {
  return (new Date(span.to).getTime() - new Date(span.from).getTime()) / 1000;
}

/** Every span of a clock, and why it counts or does not. */
function Spans(props: { clock: TicketClockView }) {
  const said = useWords(words);
  const text = useText();
  const language = useLanguage();
  const columns = useMemo<Column<TicketClockSpanView>[]>(
    () => [
      {
        key: "span",
        title: said.span,
        width: 300,
        render: (_, one) =>
          `${formatExact(one.from, language)} – ${formatExact(one.to, language)}`,
      },
      {
        key: "length",
        title: said.length,
        width: 110,
        render: (_, one) => formatSeconds(secondsOf(one), language),
      },
      {
        key: "counting",
        title: said.counting,
        width: 110,
        render: (_, one) => said[one.counting],
      },
      { key: "why", title: said.why, width: 240, render: (_, one) => text(one.why) },
    ],
    [said, text, language],
  );
  return (
    <details ref={reachable}>
      <summary>{said.explain}</summary>
      <Table<TicketClockSpanView>
        size="small"
        scroll={FITTED}
        pagination={props.clock.spans.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
        columns={columns}
        dataSource={props.clock.spans}
        rowKey={(one) => one.from}
      />
    </details>
  );
}

function Clock(props: { clock: TicketClockView; ticket: TicketPageView }) {
  const { clock, ticket } = props;
  const said = useWords(words);
  const workingTime = useWorkingTime();
  const nameOf = useClockName(ticket);
  const percent = clock.target_s > 0 ? Math.round((clock.elapsed_s / clock.target_s) * 100) : 0;
  const failing = clock.state === "overdue" || clock.state === "broken";
  return (
    <div className="desk-clock">
      <div>
        <strong>{nameOf(clock.clock)}</strong>{" "}
        <StateTag state={TONES[clock.state]} text={said[clock.state]} />{" "}
        {clock.due_at ? (
          <span className="kit-quiet">
            {said.due_at} <TimeAgo at={clock.due_at} />
          </span>
        ) : null}
      </div>
      <Progress
        percent={Math.min(percent, 100)}
        format={() => `${percent} %`}
        status={failing ? "exception" : "normal"}
        aria-label={nameOf(clock.clock)}
      />
      <div className="kit-quiet">
        {fill(said.used_of, {
          used: workingTime(clock.elapsed_s),
          target: workingTime(clock.target_s),
        })}
      </div>
      <Spans clock={clock} />
    </div>
  );
}

/** What was promised about a ticket, how much of it is used, and where each minute went. */
export function ClocksCard(props: { ticket: TicketPageView }) {
  const said = useWords(words);
  const text = useText();
  const read = useOne<TicketClocksView>(`/tickets/${props.ticket.id}/clocks`, {}, { every_ms: EVERY_MS });
  const found = read.value;
  return (
    <Card title={said.clocks} extra={<span className="kit-quiet">{text(found?.policy)}</span>}>
      <ErrorPanel problem={read.problem} onRetry={read.reload} />
      {found?.clocks.map((clock) => (
        <Clock key={clock.clock} clock={clock} ticket={props.ticket} />
      ))}
      {found?.clocks.length === 0 ? <p className="kit-quiet">{said.clocks_none}</p> : null}
    </Card>
  );
}
