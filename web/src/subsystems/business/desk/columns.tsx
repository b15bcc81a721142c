import { Link } from "react-router";
import type { Text, TicketPhase, TicketView } from "../../../api/contract";
import type { Column } from "../../../kit/ListTable";
import type { Said } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import type { Tone } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { MajorTag } from "./majors/useMajors";
import type { words } from "./words";

export const TONES: Record<TicketPhase, Tone> = {
  new: "info",
  active: "running",
  paused: "pending",
  resolved: "ok",
  closed: "disabled",
};

/** Whether somebody still has to do something. */
export function isOpen(ticket: TicketView): boolean {
  return ["new", "active", "paused"].includes(ticket.phase);
}

/** Who is in charge: a person, a post, or nobody yet. */
export function chargeOf(ticket: TicketView, text: (both: Text) => string): string | null {
  const charge = ticket.person ?? ticket.post;
  return charge ? text(charge.name) : null;
}

/** The columns of a list of tickets; `majors`: the ids of those that are major now. */
export function ticketColumns(
  said: Said<typeof words>,
  text: (both: Text) => string,
  majors: ReadonlySet<string>,
): Column<TicketView>[] {
  return [
    {
      key: "number",
      title: said.number,
      width: 130,
      render: (_, row) => (
        <>
          {/* The row opens, too; it is not to open twice. */}
          <Link
            to={paths.ticket(row.id)}
            className="desk-number"
            data-ticket={row.id}
            onClick={(event) => event.stopPropagation()}
          >
            {row.number}
          </Link>
          <div className="kit-quiet">{text(row.type_name)}</div>
        </>
      ),
    },
    {
      key: "subject",
      title: said.subject,
      width: 260,
      render: (_, row) => (
        <>
          {majors.has(row.id) ? <MajorTag /> : null} {row.subject}
        </>
      ),
    },
    {
      key: "state",
      title: said.state,
      width: 170,
      render: (_, row) => <StateTag state={TONES[row.phase]} text={text(row.state_name)} />,
    },
    { key: "priority", title: said.priority, width: 80, render: (_, row) => `P${row.priority}` },
    { key: "unit", title: said.unit, width: 150, render: (_, row) => text(row.unit.name) },
    {
      key: "charge",
      title: said.charge,
      width: 120,
      render: (_, row) =>
        chargeOf(row, text) ?? <span className="kit-quiet">{said.nobody}</span>,
    },
    {
      key: "due",
      title: said.due_at,
      width: 150,
      render: (_, row) =>
        row.due_at ? (
          <>
            <TimeAgo at={row.due_at} />{" "}
            {row.overdue ? <StateTag state="critical" text={said.overdue} /> : null}
          </>
        ) : (
          "–"
        ),
    },
    {
      key: "opened",
      title: said.opened_at,
      width: 130,
      render: (_, row) => <TimeAgo at={row.opened_at} />,
    },
  ];
}
