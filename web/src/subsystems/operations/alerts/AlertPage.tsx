import { Skeleton } from "antd";
import { Link, useParams } from "react-router";
import type { AlertView } from "../../../api/contract";
import { useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { DescriptionList } from "../../../kit/DescriptionList";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { Figure } from "../../../kit/Figure";
import { formatSeconds } from "../../../kit/format";
import { useLanguage, useText, useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo, useNow } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { HappenedCard } from "../../../platform/resources/HappenedCard";
import { useCan } from "../../../shell/can";
import { AlertActions } from "./AlertActions";
import { lastedOf } from "./columns";
import { EventCard } from "./EventCard";
import { words } from "./words";
import "./alerts.css";

const EVERY_MS = 10_000;

function Acknowledged(props: { alert: AlertView }) {
  const { acknowledged } = props.alert;
  const said = useWords(words);
  if (!acknowledged) return <span className="kit-quiet">{said.not_acknowledged}</span>;
  return (
    <>
      {acknowledged.by} · <TimeAgo at={acknowledged.at} />
      {acknowledged.comment ? <div>{acknowledged.comment}</div> : null}
    </>
  );
}

/** The rule; what others sent and what we say of ourselves has none that could be looked up. */
function RuleName(props: { alert: AlertView }) {
  const text = useText();
  const name = text(props.alert.rule_name);
  if (props.alert.origin !== "rule") return <span>{name}</span>;
  return <Link to={paths.alertRules()}>{name}</Link>;
}

function Details(props: { alert: AlertView }) {
  const { alert } = props;
  const said = useWords(words);
  const reasons: Record<string, string> = said;
  const language = useLanguage();
  const now_ms = useNow();
  const lasted = formatSeconds(lastedOf(alert, now_ms), language);
  const reason = alert.close_reason ?? "";
  const items = [
    { key: "rule", term: said.rule, value: <RuleName alert={alert} /> },
    { key: "value", term: said.value, value: <Figure value={alert.value} unit="count" /> },
    { key: "raised", term: said.raised, value: <TimeAgo at={alert.raised_at} /> },
    { key: "lasted", term: said.lasted, value: lasted },
    { key: "updated", term: said.updated, value: <TimeAgo at={alert.updated_at} /> },
    { key: "care", term: said.care, value: <Acknowledged alert={alert} /> },
  ];
  if (alert.check_id) {
    const value = <Link to={paths.check(alert.check_id)}>{said.show_check}</Link>;
    items.push({ key: "check", term: said.check, value });
  }
  if (alert.closed_at) {
    items.push(
      { key: "closed", term: said.closed_at, value: <TimeAgo at={alert.closed_at} /> },
      { key: "why", term: said.close_reason, value: <span>{reasons[reason] ?? reason}</span> },
    );
  }
  const labels = Object.entries(alert.labels).filter(([name]) => name !== "__name__");
  return (
    <Card title={said.details}>
      <DescriptionList columns={3} items={items} />
      {labels.length > 0 ? (
        <div className="alert-labels">
          <span className="kit-quiet">{said.labels}</span>
          {labels.map(([name, value]) => (
            <code key={name}>
              {name}={value}
            </code>
          ))}
        </div>
      ) : null}
    </Card>
  );
}

/** One alert: what is wrong, since when, who cares for it, and what happened. */
export default function AlertPage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const text = useText();
  const can = useCan();
  const alert = useOne<AlertView>(`/alerts/${id}`, {}, { every_ms: EVERY_MS });
  const { value } = alert;
  if (alert.problem && value?.id !== id) {
    return <ErrorPanel problem={alert.problem} onRetry={alert.reload} />;
  }
  if (value?.id !== id) return <Skeleton active paragraph={{ rows: 8 }} />;
  const by = value.acknowledged?.by;
  return (
    <div className="alert-page">
      <PageHeader
        title={text(value.title)}
        tags={
          <>
            <StateTag state={value.severity} text={said[value.severity]} />
            {value.state === "closed" ? <StateTag state="ok" text={said.closed} /> : null}
            {by && value.state === "open" ? (
              <StateTag state="info" text={fill(said.acknowledged_by, { name: by })} />
            ) : null}
          </>
        }
        about={
          value.resource_id ? (
            <Link to={paths.resource(value.resource_id)}>{value.resource_name}</Link>
          ) : (
            value.resource_name
          )
        }
        actions={<AlertActions alert={value} />}
      />
      <p className="alert-summary">{text(value.summary)}</p>
      <Details alert={value} />
      {value.origin === "event" ? <EventCard id={id} /> : null}
      {can("journal.read") === null ? (
        <HappenedCard
          title={said.timeline}
          about={{ subject_kind: "alert", subject_id: id }}
        />
      ) : null}
    </div>
  );
}
