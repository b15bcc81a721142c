import type { AlertEventView } from "../../../api/contract";
import { useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { DescriptionList } from "../../../kit/DescriptionList";
import { useWords } from "../../../kit/language";
import { TimeAgo } from "../../../kit/TimeAgo";
import { words } from "./words";

const EVERY_MS = 10_000;

/** Only what a browser opens as a page is a link. */
function isPage(url: string): boolean {
  return url.startsWith("http://") || url.startsWith("https://");
}

/** What another system said of an alert, how often, first and last. */
export function EventCard(props: { id: string }) {
  const said = useWords(words);
  const { value } = useOne<AlertEventView>(`/alerts/${props.id}/event`, {}, { every_ms: EVERY_MS });
  if (!value) return null;
  const items = [
    { key: "sender", term: said.sender, value: <span>{value.sender}</span> },
    { key: "tally", term: said.tally, value: <span>{value.tally}</span> },
    { key: "opened", term: said.opened_times, value: <span>{value.opened}</span> },
    { key: "first", term: said.first_seen, value: <TimeAgo at={value.first_seen_at} /> },
    { key: "last", term: said.last_seen, value: <TimeAgo at={value.last_seen_at} /> },
    { key: "starts", term: said.starts_at, value: <TimeAgo at={value.starts_at} /> },
    { key: "ends", term: said.ends_at, value: <TimeAgo at={value.ends_at} /> },
  ];
  if (value.generator_url) {
    const shown = value.generator_url;
    const link = (
      <a href={shown} target="_blank" rel="noreferrer">
        {shown}
      </a>
    );
    items.push({
      key: "generator",
      term: said.generator,
      value: isPage(shown) ? link : <code>{shown}</code>,
    });
  }
  const annotations = Object.entries(value.annotations);
  return (
    <Card title={said.event}>
      <DescriptionList columns={3} items={items} />
      {annotations.length > 0 ? (
        <div className="alert-labels">
          <span className="kit-quiet">{said.annotations}</span>
          {annotations.map(([name, text]) => (
            <code key={name}>
              {name}={text}
            </code>
          ))}
        </div>
      ) : null}
    </Card>
  );
}
