import { Skeleton } from "antd";
import { Link, useParams } from "react-router";
import type { IncidentView } from "../../../../api/contract";
import { useOne } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { DescriptionList } from "../../../../kit/DescriptionList";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useText, useWords } from "../../../../kit/language";
import { PageHeader } from "../../../../kit/PageHeader";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { paths } from "../../../../paths";
import { HappenedCard } from "../../../../platform/resources/HappenedCard";
import { useCan } from "../../../../shell/can";
import { IncidentActions } from "./IncidentActions";
import { MembersCard } from "./MembersCard";
import { AroundCard } from "./AroundCard";
import { ToldCard } from "./ToldCard";
import { VerdictCard } from "./VerdictCard";
import { words } from "./words";
import "../alerts.css";

const EVERY_MS = 10_000;

function Facts(props: { incident: IncidentView }) {
  const { incident } = props;
  const said = useWords(words);
  const given = incident.acknowledged;
  const items = [
    { key: "opened", term: said.opened, value: <TimeAgo at={incident.opened_at} /> },
    {
      key: "alerts",
      term: said.alerts,
      value: fill(incident.beyond ? said.alerts_beyond : said.alerts_and, {
        alerts: String(incident.alerts),
        follow: String(incident.follow),
      }),
    },
    { key: "told", term: said.told, value: fill(said.times, { count: String(incident.told) }) },
    { key: "assignee", term: said.assignee, value: incident.assignee ?? said.nobody },
  ];
  if (given) {
    const value = (
      <>
        {given.by} · <TimeAgo at={given.at} />
        {given.comment ? <div>{given.comment}</div> : null}
        {incident.acknowledged_until ? (
          <div className="kit-quiet">
            {said.until}: <TimeAgo at={incident.acknowledged_until} />
          </div>
        ) : null}
      </>
    );
    items.push({ key: "care", term: said.care, value });
  }
  if (incident.quiet_since && incident.state === "open") {
    const value = <TimeAgo at={incident.quiet_since} />;
    items.push({ key: "quiet", term: said.quiet_since, value });
  }
  if (incident.close_reason) {
    const value = (
      <>
        <TimeAgo at={incident.closed_at} /> · {said[`end_${incident.close_reason}`]}{" "}
        {incident.merged_into ? (
          <Link to={paths.incident(incident.merged_into)}>{said.show_merged}</Link>
        ) : null}
      </>
    );
    items.push({ key: "closed", term: said.closed_at, value });
  }
  return <DescriptionList columns={3} items={items} />;
}

/** One incident: what the cause is and why, its alerts, who was told, what happened. */
export default function IncidentPage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const text = useText();
  const can = useCan();
  const incident = useOne<IncidentView>(`/incidents/${id}`, {}, { every_ms: EVERY_MS });
  const { value } = incident;
  if (incident.problem && value?.id !== id) {
    return <ErrorPanel problem={incident.problem} onRetry={incident.reload} />;
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
          value.cause ? (
            <span className="incident-cause">
              {said.cause}: <Link to={paths.resource(value.cause.id)}>{value.cause.name}</Link> (
              {said[`certainty_${value.certainty}`]})
            </span>
          ) : (
            ""
          )
        }
        actions={<IncidentActions incident={value} />}
      />
      <Card title={said.incident}>
        <Facts incident={value} />
      </Card>
      <VerdictCard incident={value} />
      <AroundCard incident={value} />
      <MembersCard incident={value} />
      <ToldCard incident={value} />
      {can("journal.read") === null ? (
        <HappenedCard title={said.timeline} about={{ subject_kind: "incident", subject_id: id }} />
      ) : null}
    </div>
  );
}
