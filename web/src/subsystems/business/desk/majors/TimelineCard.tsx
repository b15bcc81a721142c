import { Button, Timeline } from "antd";
import type { Json, TicketFactView, TicketPageView } from "../../../../api/contract";
import { useList } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { DescriptionList } from "../../../../kit/DescriptionList";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useWords } from "../../../../kit/language";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { words as kitWords } from "../../../../kit/words";
import { FieldValue } from "../../../../platform/fields/FieldValue";
import { isId, referenceOf } from "../../../../platform/fields/references";
import { useTerm } from "../../../../platform/fields/useTerm";
import { shownDetail } from "../../../../platform/journal/shownDetail";
import { words as verbs } from "../../../../platform/journal/verbs";
import { useFactWord } from "./useFactWord";
import { words } from "./words";

const EVERY_MS = 30_000;
const AT_ONCE = 50;

/** The page says them already, or another field says the same in people's words. */
const SAID = new Set(["name", "type", "phase", "effect"]);

/** Whether people can read it: an id that leads nowhere says nothing to them. */
function isTold([field, value]: [string, Json]): boolean {
  return !SAID.has(field) && (!isId(value) || referenceOf(field, "ticket") !== null);
}

function Fact(props: { fact: TicketFactView; ticket: TicketPageView }) {
  const { fact, ticket } = props;
  const said: Record<string, string> = useWords(verbs);
  const term = useTerm("ticket");
  const subject = { kind: "ticket", id: ticket.id, name: ticket.number };
  const word = useFactWord(ticket);
  const detail = shownDetail({ detail: fact.detail, subject, before: null }, ticket.number);
  const items = detail.filter(isTold).map(([key, value]) => ({
    key,
    term: term(key),
    value: word(key, value) || (
      <FieldValue field={key} value={value} about="ticket" at={fact.at} />
    ),
  }));
  return (
    <>
      <strong>{fact.by}</strong> {said[fact.verb] ?? fact.verb} {ticket.number}{" "}
      <span className="kit-quiet">
        <TimeAgo at={fact.at} />
      </span>
      {items.length > 0 ? <DescriptionList items={items} columns={3} /> : null}
    </>
  );
}

/** What the journal says of a ticket that is or was major. */
export function TimelineCard(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const said = useWords(words);
  const kit = useWords(kitWords);
  const list = useList<TicketFactView>(
    `/tickets/${ticket.id}/timeline`,
    { limit: AT_ONCE },
    { every_ms: EVERY_MS },
  );
  return (
    <Card title={said.timeline}>
      <p className="kit-quiet">{said.timeline_about}</p>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      <Timeline
        items={list.items.map((fact) => ({
          key: fact.seq,
          content: <Fact fact={fact} ticket={ticket} />,
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
