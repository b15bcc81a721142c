import { App, Button } from "antd";
import { useState } from "react";
import type { TicketPageView, TicketTransitionView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { useText, useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { useSession } from "../../../shell/session";
import { AssignDialog } from "./AssignDialog";
import { BesideDialog } from "./BesideDialog";
import type { Beside } from "./BesideDialog";
import { LinkDialog } from "./LinkDialog";
import { asksNothing, MoveDialog } from "./MoveDialog";
import { words } from "./words";

function Ways(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const said = useWords(words);
  const text = useText();
  const { message } = App.useApp();
  const [asked, setAsked] = useState<TicketTransitionView | null>(null);
  const move = useChange<TicketPageView, string>(
    (transition) => ({
      method: "POST",
      path: `/tickets/${ticket.id}/transitions`,
      version: ticket.version,
      body: { transition },
    }),
    { touches: ["journal", "ticket-counts"] },
  );
  const start = (way: TicketTransitionView) => {
    if (!asksNothing(way)) return setAsked(way);
    move.mutate(way.key, { onError: (problem) => void message.error(problem.message) });
  };
  return (
    <>
      {ticket.ways.map(({ transition, permitted }) => {
        const refusal = permitted ? null : said.not_permitted;
        return (
          <Permitted key={transition.key} refusal={refusal}>
            <Button disabled={!permitted} onClick={() => start(transition)}>
              {text(transition.name)}
            </Button>
          </Permitted>
        );
      })}
      {ticket.ways.length === 0 ? <span className="kit-quiet">{said.no_way}</span> : null}
      {asked ? <MoveDialog ticket={ticket} way={asked} onClose={() => setAsked(null)} /> : null}
    </>
  );
}

function Take(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const said = useWords(words);
  const { message } = App.useApp();
  const own = useSession().user.person_id;
  const take = useChange<TicketPageView>(
    () => ({
      method: "POST",
      path: `/tickets/${ticket.id}/assignment`,
      version: ticket.version,
      body: { person_id: own },
    }),
    { touches: ["journal", "ticket-counts"] },
  );
  const open = ["new", "active", "paused"].includes(ticket.phase);
  if (!own || !open || ticket.person || ticket.post) return null;
  const refusal = ticket.may_work ? null : said.not_permitted;
  return (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        disabled={refusal !== null}
        loading={take.isPending}
        onClick={() =>
          take.mutate(undefined, { onError: (problem) => void message.error(problem.message) })
        }
      >
        {said.take}
      </Button>
    </Permitted>
  );
}

/** What can be done with a ticket now: the ways of its type, and what stands beside them. */
export function TicketActions(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const said = useWords(words);
  const [beside, setBeside] = useState<Beside | null>(null);
  const [asked, setAsked] = useState<"assign" | "link" | null>(null);
  const open = ["new", "active", "paused"].includes(ticket.phase);
  const more: { what: Beside; name: string; may: boolean }[] = [
    { what: { kind: "comment" }, name: said.write, may: ticket.may_work },
  ];
  if (open) {
    more.push(
      { what: { kind: "assist" }, name: said.assist_ask, may: ticket.may_assign },
      { what: { kind: "supervise" }, name: said.supervise, may: ticket.may_assign },
      { what: { kind: "extend" }, name: said.extend, may: ticket.may_work },
    );
  }
  return (
    <Card title={said.actions}>
      <div className="desk-actions">
        <Take ticket={ticket} />
        <Ways ticket={ticket} />
        {open ? (
          <Permitted refusal={ticket.may_assign ? null : said.not_permitted}>
            <Button
              type="dashed"
              disabled={!ticket.may_assign}
              onClick={() => setAsked("assign")}
            >
              {said.assign}
            </Button>
          </Permitted>
        ) : null}
        {more.map(({ what, name, may }) => (
          <Permitted key={what.kind} refusal={may ? null : said.not_permitted}>
            <Button type="dashed" disabled={!may} onClick={() => setBeside(what)}>
              {name}
            </Button>
          </Permitted>
        ))}
        <Permitted refusal={ticket.may_work ? null : said.not_permitted}>
          <Button type="dashed" disabled={!ticket.may_work} onClick={() => setAsked("link")}>
            {said.link}
          </Button>
        </Permitted>
      </div>
      {asked === "assign" ? (
        <AssignDialog ticket={ticket} onClose={() => setAsked(null)} />
      ) : null}
      {asked === "link" ? <LinkDialog ticket={ticket} onClose={() => setAsked(null)} /> : null}
      {beside ? (
        <BesideDialog ticket={ticket} beside={beside} onClose={() => setBeside(null)} />
      ) : null}
    </Card>
  );
}
