import { Button } from "antd";
import { useEffect, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import type { TicketPageView, TicketTransitionView } from "../../../api/contract";
import { Card } from "../../../kit/Card";
import { useText, useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { useSession } from "../../../shell/session";
import { AssignDialog } from "./AssignDialog";
import { BesideDialog } from "./BesideDialog";
import type { Beside } from "./BesideDialog";
import { ChangeDialog } from "./ChangeDialog";
import { isOpen } from "./columns";
import { LinkDialog } from "./LinkDialog";
import { DeclareDialog } from "./majors/MajorDialogs";
import { words as majorWords } from "./majors/words";
import { MergeDialog } from "./merging/MergeDialog";
import { words as mergeWords } from "./merging/words";
import { asksNothing, MoveDialog } from "./MoveDialog";
import { moveOf, useDirect } from "./useDirect";
import { words } from "./words";

/** What is done at once; while one thing is under way no other begins over the same version. */
interface AtOnceProps {
  ticket: TicketPageView;
  send: ReturnType<typeof useDirect>["send"];
  pending: boolean;
}

function Ways(props: AtOnceProps) {
  const { ticket, send, pending } = props;
  const said = useWords(words);
  const text = useText();
  const [asked, setAsked] = useState<TicketTransitionView | null>(null);
  const start = (way: TicketTransitionView) => {
    if (asksNothing(way)) send(ticket, moveOf(way, text(way.name)));
    else setAsked(way);
  };
  return (
    <>
      {ticket.ways.map(({ transition, permitted }) => {
        const refusal = permitted ? null : said.not_permitted;
        return (
          <Permitted key={transition.key} refusal={refusal}>
            <Button disabled={!permitted || pending} onClick={() => start(transition)}>
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

/** Whether nobody is in charge of it yet. */
function isFree(ticket: TicketPageView): boolean {
  return isOpen(ticket) && !ticket.person && !ticket.post;
}

function Take(props: AtOnceProps) {
  const { ticket, send, pending } = props;
  const said = useWords(words);
  const own = useSession().user.person_id;
  const take = {
    name: said.take,
    method: "POST",
    path: "assignment",
    body: { person_id: own },
    still: isFree,
  } as const;
  const refusal = ticket.may_work ? null : said.not_permitted;
  if (!own || !isFree(ticket)) return null;
  return (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        disabled={refusal !== null || pending}
        onClick={() => send(ticket, take)}
      >
        {said.take}
      </Button>
    </Permitted>
  );
}

function AtOnce(props: { ticket: TicketPageView }) {
  const { dialog, ...direct } = useDirect();
  return (
    <>
      <Take ticket={props.ticket} {...direct} />
      <Ways ticket={props.ticket} {...direct} />
      {dialog}
    </>
  );
}

/** Declares it major, or merges it: what concerns more than this ticket. */
function Wider(props: { ticket: TicketPageView; major: boolean }) {
  const { ticket } = props;
  const said = useWords(words);
  const majors = useWords(majorWords);
  const merging = useWords(mergeWords);
  const [asked, setAsked] = useState<"merge" | "major" | null>(null);
  const close = () => setAsked(null);
  return (
    <>
      <Permitted refusal={ticket.may_work ? null : said.not_permitted}>
        <Button type="dashed" disabled={!ticket.may_work} onClick={() => setAsked("merge")}>
          {merging.merge}
        </Button>
      </Permitted>
      {isOpen(ticket) && !props.major ? (
        <Permitted refusal={ticket.may_assign ? null : said.not_permitted}>
          <Button type="dashed" disabled={!ticket.may_assign} onClick={() => setAsked("major")}>
            {majors.declare}
          </Button>
        </Permitted>
      ) : null}
      {asked === "merge" ? <MergeDialog ticket={ticket} onClose={close} /> : null}
      {asked === "major" ? <DeclareDialog ticket={ticket} onClose={close} /> : null}
    </>
  );
}

/** What was typed for a new ticket and belongs to this one instead. */
function noteOf(state: unknown): string | null {
  if (typeof state !== "object" || state === null || !("note" in state)) return null;
  return typeof state.note === "string" ? state.note : null;
}

/** What can be done with a ticket now: the ways of its type, and what stands beside them. */
export function TicketActions(props: { ticket: TicketPageView; major: boolean }) {
  const { ticket } = props;
  const said = useWords(words);
  const navigate = useNavigate();
  const note = noteOf(useLocation().state);
  const [beside, setBeside] = useState<Beside | null>(
    note !== null && ticket.may_work ? { kind: "comment", text: note } : null,
  );
  const [asked, setAsked] = useState<"change" | "assign" | "link" | null>(null);
  // It is offered once: who comes back to this address later has sent it, or did not want to.
  useEffect(() => {
    if (note !== null) void navigate(".", { replace: true, state: null });
  }, [note, navigate]);
  const open = isOpen(ticket);
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
        <AtOnce ticket={ticket} />
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
        {(["change", "link"] as const).map((what) => (
          <Permitted key={what} refusal={ticket.may_work ? null : said.not_permitted}>
            <Button type="dashed" disabled={!ticket.may_work} onClick={() => setAsked(what)}>
              {said[what]}
            </Button>
          </Permitted>
        ))}
        <Wider ticket={ticket} major={props.major} />
      </div>
      {asked === "change" ? <ChangeDialog ticket={ticket} onClose={() => setAsked(null)} /> : null}
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
