import { Skeleton } from "antd";
import type { TicketEntryView, TicketPageView } from "../../../../api/contract";
import { useOne } from "../../../../api/hooks";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useWords } from "../../../../kit/language";
import { useEntries } from "../useEntries";
import { words } from "./words";

/** What was asked and answered, as it stands in the ticket. */
export function Original(props: { ticket: TicketPageView; answer: string }) {
  const { ticket } = props;
  const said = useWords(words);
  return (
    <section className="desk-side" aria-label={said.original}>
      <h3>{said.original}</h3>
      <strong>{ticket.subject}</strong>
      <div className="kit-quiet">{said.question}</div>
      <div className="desk-text">{ticket.text || "–"}</div>
      <div className="kit-quiet">{said.answer}</div>
      <div className="desk-text">{props.answer}</div>
    </section>
  );
}

/** What everybody reads, or will. */
export function Redacted(props: { title: string; text: string; heading: string }) {
  return (
    <section className="desk-side" aria-label={props.heading}>
      <h3>{props.heading}</h3>
      <strong>{props.title || "–"}</strong>
      <div className="desk-text">{props.text || "–"}</div>
    </section>
  );
}

function EntryOf(props: { ticket: TicketPageView; number: number }) {
  const said = useWords(words);
  const list = useEntries(props.ticket.id);
  const entry = list.items.find((one: TicketEntryView) => one.number === props.number);
  if (list.problem) return <ErrorPanel problem={list.problem} onRetry={list.reload} />;
  if (list.loading) return <Skeleton active />;
  return <Original ticket={props.ticket} answer={entry?.text ?? said.original_unseen} />;
}

/** The same, of a ticket that is not read yet. */
export function OriginalOf(props: { ticket_id: string; entry: number }) {
  const read = useOne<TicketPageView>(`/tickets/${props.ticket_id}`);
  if (read.problem) return <ErrorPanel problem={read.problem} onRetry={read.reload} />;
  if (!read.value) return <Skeleton active />;
  return <EntryOf ticket={read.value} number={props.entry} />;
}
