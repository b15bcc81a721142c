import { Button, Timeline } from "antd";
import type { TicketEntryView, TicketPageView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useText, useWords } from "../../../kit/language";
import { words as kitWords } from "../../../kit/words";
import { useTicketType } from "./answers";
import { Entry } from "./Entry";
import { words } from "./words";

const EVERY_MS = 30_000;

/** What happened to a ticket, in order. */
export function HistoryCard(props: { ticket: TicketPageView }) {
  const said = useWords(words);
  const kit = useWords(kitWords);
  const text = useText();
  const type = useTicketType(props.ticket.type);
  const states = new Map(type?.states.map((one) => [one.key, text(one.name)]));
  const list = useList<TicketEntryView>(
    `/tickets/${props.ticket.id}/entries`,
    { limit: 100 },
    { every_ms: EVERY_MS },
  );
  return (
    <Card title={said.history}>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      <Timeline
        items={list.items.map((entry) => ({
          key: entry.number,
          content: <Entry entry={entry} states={states} />,
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
