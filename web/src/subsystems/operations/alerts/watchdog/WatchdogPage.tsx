import { Alert, Button, Skeleton } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { WatchdogView } from "../../../../api/contract";
import { useOne } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { DescriptionList } from "../../../../kit/DescriptionList";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useText, useWords } from "../../../../kit/language";
import { PageHeader } from "../../../../kit/PageHeader";
import { Permitted } from "../../../../kit/Permitted";
import { StateTag } from "../../../../kit/StateTag";
import type { Tone } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { paths } from "../../../../paths";
import { useCan } from "../../../../shell/can";
import { chainStanding } from "./chainStanding";
import type { ChainStanding } from "./chainStanding";
import { HeartbeatDialog } from "./HeartbeatDialog";
import { OutsideDialog } from "./OutsideDialog";
import { words } from "./words";
import "../alerts.css";

const EVERY_MS = 10_000;

function Ago(props: { at: string | null }) {
  const said = useWords(words);
  return props.at ? <TimeAgo at={props.at} /> : <span className="kit-quiet">{said.none}</span>;
}

function Edit(props: { label: string; onEdit: () => void }) {
  const refusal = useCan()("watchdog.change");
  return (
    <Permitted refusal={refusal}>
      <Button size="small" disabled={refusal !== null} onClick={props.onEdit}>
        {props.label}
      </Button>
    </Permitted>
  );
}

const TONES: Record<ChainStanding, Tone> = {
  works: "ok",
  broken: "critical",
  waiting: "critical",
  unwatched: "unknown",
};

/** Whether it is well; with a link to the alert where it is not. */
function Standing(props: { enabled: boolean; well: boolean; alert: string | null }) {
  const { enabled, well, alert } = props;
  const said = useWords(words);
  if (!enabled) return <span className="kit-quiet">{said.disabled}</span>;
  return (
    <>
      <StateTag state={well ? "ok" : "critical"} text={well ? said.works : said.broken} />
      {alert ? <Link to={paths.alert(alert)}>{said.show_alert}</Link> : null}
    </>
  );
}

function ChainCard(props: { watchdog: WatchdogView }) {
  const { chain, outside, heartbeat } = props.watchdog;
  const said = useWords(words);
  const text = useText();
  const watched = outside.enabled || heartbeat.enabled;
  const standing = chainStanding(props.watchdog);
  const items = [
    { key: "evaluated", term: said.evaluated_at, value: <Ago at={chain.evaluated_at} /> },
    { key: "correlated", term: said.correlated_at, value: <Ago at={chain.correlated_at} /> },
    { key: "waiting", term: said.waiting_since, value: <Ago at={chain.waiting_since} /> },
  ];
  return (
    <Card
      title={said.chain}
      extra={<StateTag state={TONES[standing]} text={said[`chain_${standing}`]} />}
    >
      {watched ? null : (
        <Alert
          type="warning"
          role="note"
          showIcon
          className="kit-error"
          title={said.unwatched_title}
          description={said.unwatched_about}
        />
      )}
      {chain.breaks.map((one) => (
        <p key={one.en}>{text(one)}</p>
      ))}
      <DescriptionList columns={3} items={items} />
    </Card>
  );
}

function OutsideCard(props: { outside: WatchdogView["outside"]; onEdit: () => void }) {
  const { outside, onEdit } = props;
  const said = useWords(words);
  const well = outside.failures === 0 && outside.stopped_at === null;
  const items = [
    {
      key: "standing",
      term: said.outside,
      value: <Standing enabled={outside.enabled} well={well} alert={outside.alert_id} />,
    },
    { key: "host", term: said.host, value: outside.host || said.none },
    { key: "method", term: said.method, value: outside.method },
    { key: "interval", term: said.interval, value: String(outside.interval_s) },
    { key: "reached", term: said.reached_at, value: <Ago at={outside.reached_at} /> },
    { key: "tried", term: said.tried_at, value: <Ago at={outside.tried_at} /> },
    { key: "said", term: said.said, value: outside.said || said.none },
  ];
  if (outside.stopped_at) {
    items.push({ key: "stopped", term: said.stopped_at, value: <Ago at={outside.stopped_at} /> });
  }
  return (
    <Card title={said.outside} extra={<Edit label={said.edit_outside} onEdit={onEdit} />}>
      <p className="kit-quiet">{said.outside_about}</p>
      <DescriptionList columns={3} items={items} />
    </Card>
  );
}

function HeartbeatCard(props: { heartbeat: WatchdogView["heartbeat"]; onEdit: () => void }) {
  const { heartbeat, onEdit } = props;
  const said = useWords(words);
  const well = heartbeat.missing_since === null;
  const name = heartbeat.recipient?.name || heartbeat.recipient?.id;
  const items = [
    {
      key: "standing",
      term: said.heartbeat,
      value: <Standing enabled={heartbeat.enabled} well={well} alert={heartbeat.alert_id} />,
    },
    { key: "recipient", term: said.recipient, value: name ?? said.none },
    { key: "interval", term: said.interval, value: String(heartbeat.interval_s) },
    { key: "within", term: said.within, value: String(heartbeat.within_s) },
    { key: "sent", term: said.sent_at, value: <Ago at={heartbeat.sent_at} /> },
    { key: "received", term: said.received_at, value: <Ago at={heartbeat.received_at} /> },
  ];
  if (heartbeat.missing_since) {
    const value = <Ago at={heartbeat.missing_since} />;
    items.push({ key: "missing", term: said.missing_since, value });
  }
  return (
    <Card title={said.heartbeat} extra={<Edit label={said.edit_heartbeat} onEdit={onEdit} />}>
      <p className="kit-quiet">{said.heartbeat_about}</p>
      <DescriptionList columns={3} items={items} />
    </Card>
  );
}

/** Who notices that this server is dead, and how that stands. */
export default function WatchdogPage() {
  const said = useWords(words);
  const [edited, setEdited] = useState<"outside" | "heartbeat" | null>(null);
  const { value, problem, reload } = useOne<WatchdogView>("/watchdog", {}, { every_ms: EVERY_MS });
  if (problem && !value) return <ErrorPanel problem={problem} onRetry={reload} />;
  if (!value) return <Skeleton active paragraph={{ rows: 8 }} />;
  const close = () => setEdited(null);
  return (
    <div className="alert-page">
      <PageHeader title={said.watchdog} about={said.watchdog_about} />
      <ChainCard watchdog={value} />
      <OutsideCard outside={value.outside} onEdit={() => setEdited("outside")} />
      <HeartbeatCard heartbeat={value.heartbeat} onEdit={() => setEdited("heartbeat")} />
      {edited === "outside" ? <OutsideDialog outside={value.outside} onClose={close} /> : null}
      {edited === "heartbeat" ? (
        <HeartbeatDialog heartbeat={value.heartbeat} onClose={close} />
      ) : null}
    </div>
  );
}
