import { Button } from "antd";
import { Link } from "react-router";
import type { TicketLinkView, TicketPageView } from "../../../api/contract";
import { Card } from "../../../kit/Card";
import { useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { paths } from "../../../paths";
import { useDirect } from "./useDirect";
import { words } from "./words";

function Remove(props: { ticket: TicketPageView; link: TicketLinkView }) {
  const { ticket, link } = props;
  const said = useWords(words);
  const { send, pending, dialog } = useDirect();
  const name = fill(said.unlink_of, { number: link.number });
  const remove = {
    name,
    method: "DELETE",
    path: `links/${link.kind}/${link.id}`,
    still: (fresh: TicketPageView) =>
      fresh.links.some((one) => one.id === link.id && one.kind === link.kind),
  } as const;
  return (
    <Permitted refusal={ticket.may_work ? null : said.not_permitted}>
      <Button
        size="small"
        disabled={!ticket.may_work}
        loading={pending}
        aria-label={name}
        onClick={() => send(ticket, remove)}
      >
        {said.unlink}
      </Button>
      {dialog}
    </Permitted>
  );
}

/** The tickets that a ticket is linked to, in both directions. */
export function LinksCard(props: { ticket: TicketPageView }) {
  const said: Record<string, string> = useWords(words);
  if (props.ticket.links.length === 0) return null;
  return (
    <Card title={said.links ?? ""}>
      <ul className="desk-list">
        {props.ticket.links.map((link) => (
          <li key={`${link.kind} ${link.incoming} ${link.id}`}>
            <span className="kit-quiet">
              {said[link.incoming ? `incoming_${link.kind}` : link.kind]}
            </span>{" "}
            <Link to={paths.ticket(link.id)}>{link.number}</Link> {link.subject}{" "}
            {link.incoming ? null : <Remove ticket={props.ticket} link={link} />}
          </li>
        ))}
      </ul>
    </Card>
  );
}
