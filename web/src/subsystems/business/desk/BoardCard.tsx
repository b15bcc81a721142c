import { Button, Dropdown } from "antd";
import { Link } from "react-router";
import type { TicketTransitionView, TicketTypeView, TicketView } from "../../../api/contract";
import { dragSource } from "../../../kit/dragging";
import { useText, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { waysFrom } from "./board";
import { chargeOf } from "./columns";
import { MajorTag, useMajorIds } from "./majors/useMajors";
import { words } from "./boardWords";

/** Moves a ticket without dragging it: the ways of its state as a menu. */
function Move(props: {
  ticket: TicketView;
  ways: TicketTransitionView[];
  onMove: (way: TicketTransitionView) => void;
}) {
  const { ticket, ways, onMove } = props;
  const said = useWords(words);
  const text = useText();
  if (ways.length === 0) return null;
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: ways.map((way) => ({ key: way.key, label: text(way.name) })),
        onClick: ({ key }) => {
          const way = ways.find((one) => one.key === key);
          if (way) onMove(way);
        },
      }}
    >
      <Button size="small" aria-label={fill(said.move_of, { number: ticket.number })}>
        {said.move}
      </Button>
    </Dropdown>
  );
}

/** A ticket on the board: dragged to where it may go, or moved by its menu. */
export function BoardCard(props: {
  ticket: TicketView;
  type: TicketTypeView["type"] | undefined;
  /** Whether the column does not say its state already. */
  stateful: boolean;
  onDrag: (ticket: TicketView | null) => void;
  onMove: (ticket: TicketView, ways: TicketTransitionView[]) => void;
}) {
  const { ticket, type, stateful, onDrag, onMove } = props;
  const said = useWords(words);
  const text = useText();
  const major = useMajorIds().has(ticket.id);
  return (
    <li
      className="desk-card"
      ref={dragSource(
        ticket.number,
        () => onDrag(ticket),
        () => onDrag(null),
      )}
    >
      <div className="desk-card-head">
        <span className="kit-quiet">{ticket.number}</span> <strong>P{ticket.priority}</strong>
      </div>
      <Link to={paths.ticket(ticket.id)} draggable={false}>
        {ticket.subject}
      </Link>
      {stateful ? <div className="kit-quiet">{text(ticket.state_name)}</div> : null}
      <div className="kit-quiet">
        {text(ticket.unit.name)} · {chargeOf(ticket, text) ?? said.nobody}
      </div>
      <div className="desk-card-foot">
        <span>
          {ticket.due_at ? <TimeAgo at={ticket.due_at} /> : null}{" "}
          {major ? <MajorTag /> : null}
          {ticket.overdue ? <StateTag state="critical" text={said.overdue} /> : null}
        </span>
        <Move
          ticket={ticket}
          ways={waysFrom(type, ticket.state)}
          onMove={(way) => onMove(ticket, [way])}
        />
      </div>
    </li>
  );
}
