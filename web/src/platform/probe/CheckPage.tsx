import { Skeleton } from "antd";
import { Link, useParams } from "react-router";
import type { CheckProtocolView, CheckView } from "../../api/contract";
import { useItems, useOne } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { DescriptionList } from "../../kit/DescriptionList";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { Figure } from "../../kit/Figure";
import { useText, useWords } from "../../kit/language";
import { PageHeader } from "../../kit/PageHeader";
import { fill } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { FoundName } from "../resources/FoundName";
import { HappenedCard } from "../resources/HappenedCard";
import { CheckActions } from "./CheckActions";
import { CheckCharts } from "./CheckCharts";
import { Figures } from "./Figures";
import { SpecList } from "./SpecList";
import { useCheckName } from "./useCheckName";
import { words } from "./words";
import "./probe.css";

const EVERY_MS = 10_000;

function StatusCard(props: { check: CheckView }) {
  const { status, attempts_max } = props.check;
  const said = useWords(words);
  const text = useText();
  const attempt = fill(said.attempt_of, { attempt: status.attempt, max: attempts_max });
  const items = [
    { key: "hard", term: said.hard_state, value: <StateTag bare state={status.hard_state} /> },
    { key: "attempt", term: said.attempt, value: attempt },
    { key: "since", term: said.since, value: <TimeAgo at={status.since} /> },
    { key: "last", term: said.last_run, value: <TimeAgo at={status.last_run_at} /> },
    { key: "next", term: said.next_run, value: <TimeAgo at={status.next_run_at} /> },
    {
      key: "duration",
      term: said.duration,
      value: <Figure value={status.duration_s} unit="seconds" />,
    },
  ];
  return (
    <Card title={said.status}>
      <p className="check-summary">{text(status.summary) || said.never_ran}</p>
      <DescriptionList columns={3} items={items} />
    </Card>
  );
}

function Definition(props: { check: CheckView }) {
  const { check } = props;
  const said = useWords(words);
  const sources: Record<string, string> = said;
  const text = useText();
  const protocols = useItems<CheckProtocolView>("/check-protocols");
  const protocol = protocols.items.find((one) => one.name === check.protocol);
  const items = [
    { key: "protocol", term: said.protocol, value: text(protocol?.title) || check.protocol },
    { key: "interval", term: said.interval, value: check.interval_s },
    { key: "retry", term: said.retry_interval, value: check.retry_interval_s },
    { key: "timeout", term: said.timeout, value: check.timeout_s },
    { key: "attempts", term: said.attempts, value: check.attempts_max },
    { key: "source", term: said.source, value: sources[`source_${check.source}`] ?? check.source },
  ];
  return (
    <Card title={said.definition}>
      <DescriptionList columns={3} items={items} />
      <div className="check-spec">
        <SpecList spec={check.spec} schema={protocol?.schema} />
      </div>
    </Card>
  );
}

/** One check: its state and answer, its figures over time, its definition, what happened. */
export default function CheckPage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const nameOf = useCheckName();
  const can = useCan();
  const check = useOne<CheckView>(`/checks/${id}`, {}, { every_ms: EVERY_MS });
  const { value } = check;
  if (check.problem && value?.id !== id) {
    return <ErrorPanel problem={check.problem} onRetry={check.reload} />;
  }
  if (value?.id !== id) return <Skeleton active paragraph={{ rows: 8 }} />;
  const { status, attempts_max: max } = value;
  const soft = status.state_type === "soft" && status.state !== "pending";
  return (
    <div className="check-page">
      <PageHeader
        title={nameOf(value)}
        tags={
          <>
            <StateTag state={value.enabled ? status.state : "disabled"} />
            {soft ? (
              <span className="kit-quiet check-soft">
                {fill(said.soft, { attempt: status.attempt, max })}
              </span>
            ) : null}
          </>
        }
        about={
          <Link to={paths.resource(value.resource_id)}>
            <FoundName name={value.resource_name} />
          </Link>
        }
        actions={<CheckActions check={value} />}
      />
      <div className="kit-grid">
        <StatusCard check={value} />
        {status.figures.length > 0 ? (
          <Card title={said.figures}>
            <Figures figures={status.figures} />
          </Card>
        ) : null}
      </div>
      <CheckCharts check={id} />
      <Definition check={value} />
      {can("journal.read") === null ? (
        <HappenedCard about={{ subject_kind: "check", subject_id: id }} />
      ) : null}
    </div>
  );
}
