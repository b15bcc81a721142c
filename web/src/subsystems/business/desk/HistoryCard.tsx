import { Button, Timeline } from "antd";
import type { TicketEntryView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { words as kitWords } from "../../../kit/words";
import { words } from "./words";

const EVERY_MS = 30_000;

function Entry(props: { entry: TicketEntryView }) {
  const { entry } = props;
  const said: Record<string, string> = useWords(words);
  return (
    <>
      <div>
        <strong>{entry.by}</strong> {said[`entry_${entry.kind}`] ?? entry.kind}{" "}
        <span className="kit-quiet">
          <TimeAgo at={entry.at} />
        </span>{" "}
        {entry.public ? <StateTag state="info" text={said.public ?? ""} bare /> : null}
      </div>
      {entry.text ? <div className="desk-text">{entry.text}</div> : null}
    </>
  );
}

/** What happened to a ticket, in order. */
export function HistoryCard(props: { id: string }) {
  const said = useWords(words);
  const kit = useWords(kitWords);
  const list = useList<TicketEntryView>(
    `/tickets/${props.id}/entries`,
    { limit: 100 },
    { every_ms: EVERY_MS },
  );
  return (
    <Card title={said.history}>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      <Timeline
        items={list.items.map((entry) => ({
          key: entry.number,
          content: <Entry entry={entry} />,
        }))}
      />
      {list.more ? (
        <Button loading={list.loadingMore} onClick={list.loadMore}>
          {kit.load_more}
        </Button>
      ) : null}
    </Card>
  );
}
