import { Skeleton } from "antd";
import { Link } from "react-router";
import type { PhoneCallPageView, PhoneCallView, TicketTypeView } from "../../../../api/contract";
import { useOne } from "../../../../api/hooks";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useText, useWords } from "../../../../kit/language";
import { StateTag } from "../../../../kit/StateTag";
import { paths } from "../../../../paths";
import { useCan } from "../../../../shell/can";
import { TONES as PHASES } from "../columns";
import type { Choice } from "./keptChoice";
import { OpenTicket } from "./OpenTicket";
import { words } from "./words";

const READ_EVERY_MS = 15_000;

/** Who that is outside: by name, or plainly nobody who is known. */
function Caller(props: { call: PhoneCallPageView }) {
  const { person, person_id } = props.call;
  const said = useWords(words);
  const hidden = useCan()("directory.read") !== null;
  if (person === null || person_id === null) {
    return (
      <>
        <StateTag state="unknown" text={said.unknown} />
        <div className="kit-quiet">{said.unknown_about}</div>
      </>
    );
  }
  return <strong>{hidden ? person : <Link to={paths.person(person_id)}>{person}</Link>}</strong>;
}

function OpenTickets(props: { call: PhoneCallPageView }) {
  const said = useWords(words);
  const text = useText();
  const { person_id, open_tickets } = props.call;
  if (person_id === null) return null;
  return (
    <>
      <h3 className="desk-call-head">{said.open_tickets}</h3>
      {open_tickets.length === 0 ? <p className="kit-quiet">{said.open_none}</p> : null}
      <ul className="desk-list">
        {open_tickets.map((ticket) => (
          <li key={ticket.id}>
            <Link to={paths.ticket(ticket.id)}>
              {ticket.number} {ticket.subject}
            </Link>{" "}
            <StateTag state={PHASES[ticket.phase]} text={text(ticket.state_name)} bare />
          </li>
        ))}
      </ul>
    </>
  );
}

/** What is known of whoever is outside, and the ticket of the call. */
export function CallDetail(props: {
  call: PhoneCallView;
  choice: Choice;
  type: TicketTypeView["type"] | undefined;
}) {
  const { call, choice, type } = props;
  const said = useWords(words);
  const read = useOne<PhoneCallPageView>(
    `/cti/calls/${call.id}`,
    {},
    { every_ms: READ_EVERY_MS },
  );
  const known = read.value?.id === call.id ? read.value : undefined;
  if (!known) {
    return read.problem ? (
      <ErrorPanel problem={read.problem} onRetry={read.reload} />
    ) : (
      <Skeleton active paragraph={{ rows: 2 }} />
    );
  }
  return (
    <div className="desk-call">
      <div>
        <Caller call={known} />
      </div>
      <OpenTickets call={known} />
      <div>
        {known.ticket === null ? (
          <OpenTicket call={known} choice={choice} type={type} />
        ) : (
          <>
            {said.opened}:{" "}
            <Link to={paths.ticket(known.ticket.id)}>
              {known.ticket.number} {known.ticket.subject}
            </Link>
          </>
        )}
      </div>
    </div>
  );
}
