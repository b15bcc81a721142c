import { Alert } from "antd";
import type { DestinationView } from "../../api/contract";
import { DescriptionList } from "../../kit/DescriptionList";
import { Figure } from "../../kit/Figure";
import { useText, useWords } from "../../kit/language";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { words } from "./words";

/** How forwarding to a destination goes, in a word. */
export function DestinationState(props: { destination: DestinationView }) {
  const { enabled, standing } = props.destination;
  const said = useWords(words);
  if (!standing) return <StateTag state="critical" text={said.no_queue} />;
  if (!enabled) return <StateTag state="disabled" text={said.aside} />;
  if (standing.failing_since) return <StateTag state="warning" text={said.failing} />;
  return <StateTag state="ok" text={said.works} />;
}

const COUNTS = [
  ["sent", "samples_sent"],
  ["refused", "samples_refused"],
  ["dropped_full", "samples_dropped_full"],
  ["dropped_old", "samples_dropped_old"],
  ["dropped_disk", "samples_dropped_disk"],
  ["retries", "retries"],
  ["history_asked", "history_asked"],
  ["history_failed", "history_failed"],
] as const;

/** All that is known of how forwarding to a destination goes. */
export function DestinationStanding(props: { destination: DestinationView }) {
  const { standing, settings } = props.destination;
  const said = useWords(words);
  const textOf = useText();
  const places = [
    { key: "write_url", term: said.write_url, value: <code>{settings.write_url}</code> },
    { key: "history_url", term: said.history_url, value: settings.history_url ?? "–" },
    { key: "shards", term: said.shards, value: <Figure value={settings.shards} unit="count" /> },
  ];
  if (!standing) {
    return (
      <>
        <Alert type="error" showIcon title={said.no_queue} description={said.no_queue_why} />
        <DescriptionList columns={3} items={places} />
      </>
    );
  }
  const counts = COUNTS.map(([word, field]) => ({
    key: word,
    term: said[word],
    value: <Figure value={standing[field]} unit="count" />,
  }));
  const failing = standing.failing_since
    ? [
        {
          key: "since",
          term: said.failing_since,
          value: <TimeAgo at={standing.failing_since} />,
        },
        { key: "said_at", term: said.said_at, value: <TimeAgo at={standing.said_at} /> },
        { key: "said", term: said.said, value: standing.said ? textOf(standing.said) : "–" },
      ]
    : [];
  const version = { key: "version", term: said.remote_write, value: standing.remote_write };
  return (
    <>
      <DescriptionList columns={3} items={[...failing, ...places, version, ...counts]} />
      <p className="kit-quiet">{said.since_start}</p>
    </>
  );
}
