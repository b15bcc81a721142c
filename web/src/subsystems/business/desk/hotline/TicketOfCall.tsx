import { Link } from "react-router";
import type { TicketView } from "../../../../api/contract";
import { useList } from "../../../../api/hooks";
import { paths } from "../../../../paths";

const FOUND_MAX = 20;

/** The ticket that was opened from a call, of which the call knows the number only. */
export function TicketOfCall(props: { number: string }) {
  const { number } = props;
  const found = useList<TicketView>("/tickets", { q: number, limit: FOUND_MAX });
  const ticket = found.items.find((one) => one.number === number);
  if (!ticket) return <Link to={paths.tickets({ list: "every", q: number })}>{number}</Link>;
  return (
    <Link to={paths.ticket(ticket.id)}>
      {number} {ticket.subject}
    </Link>
  );
}
