import { Skeleton } from "antd";
import { Link, useParams } from "react-router";
import type { TicketPageView } from "../../../api/contract";
import { useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { DescriptionList } from "../../../kit/DescriptionList";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useText, useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { useAnswer, useTicketType } from "./answers";
import { ClocksCard } from "./ClocksCard";
import { chargeOf, TONES } from "./columns";
import { HistoryCard } from "./HistoryCard";
import { HopsCard } from "./HopsCard";
import { LinksCard } from "./LinksCard";
import { MajorCard } from "./majors/MajorCard";
import { TimelineCard } from "./majors/TimelineCard";
import { MajorTag } from "./majors/useMajors";
import { MergedNotice } from "./merging/MergedNotice";
import { OrdersCard } from "./OrdersCard";
import { SatisfactionCard } from "./satisfaction/SatisfactionCard";
import { TicketSlots } from "./Slots";
import { TicketActions } from "./TicketActions";
import { words } from "./words";
import "./desk.css";

const EVERY_MS = 15_000;

/** Where a ticket came from. */
function originPath({ kind, id }: NonNullable<TicketPageView["origin"]>): string {
  switch (kind) {
    case "incident":
      return paths.incident(id);
    case "round":
      return paths.round(id);
    case "campaign":
      return paths.campaign(id);
    case "call":
      return paths.hotline();
    case "mail":
      return paths.mails({ state: "every" });
  }
}

/** Whether it is dealt with as a major incident now. */
function isMajor({ major }: TicketPageView): boolean {
  return major !== null && major.ended_at === null;
}

/** What is said of a ticket that is not due: its clock stands still, or it is done. */
function standing(ticket: TicketPageView): "paused" | "due_none" {
  return ticket.phase === "paused" ? "paused" : "due_none";
}

function Facts(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const said: Record<string, string> = useWords(words);
  const text = useText();
  const answer = useAnswer(useTicketType(ticket.type));
  const { name, contact } = ticket.requester;
  const items = [
    { key: "type", term: said.type ?? "", value: text(ticket.type_name) },
    { key: "priority", term: said.priority ?? "", value: `P${ticket.priority}` },
    { key: "unit", term: said.unit ?? "", value: text(ticket.unit.name) },
    { key: "charge", term: said.charge ?? "", value: chargeOf(ticket, text) ?? said.nobody },
    { key: "requester", term: said.requester ?? "", value: [name, contact].filter(Boolean).join(" · ") },
    { key: "channel", term: said.channel ?? "", value: said[ticket.channel] },
    { key: "opened", term: said.opened_at ?? "", value: <TimeAgo at={ticket.opened_at} /> },
    {
      key: "due",
      term: said.due_at ?? "",
      value: ticket.due_at ? <TimeAgo at={ticket.due_at} /> : said[standing(ticket)],
    },
  ];
  if (ticket.origin) {
    const value = <Link to={originPath(ticket.origin)}>{said[`origin_${ticket.origin.kind}`]}</Link>;
    items.push({ key: "origin", term: said.origin ?? "", value });
  }
  if (ticket.region) {
    items.push({ key: "region", term: said.region ?? "", value: text(ticket.region.name) });
  }
  if (ticket.resources.length > 0) {
    const value = ticket.resources.map((one) => (
      <div key={one.id}>
        <Link to={paths.resource(one.id)}>{text(one.name)}</Link>
      </div>
    ));
    items.push({ key: "resources", term: said.resources ?? "", value: <>{value}</> });
  }
  for (const [key, value] of Object.entries(ticket.fields)) {
    items.push({ key: `field ${key}`, ...answer(key, value) });
  }
  for (const key of ticket.lacking_fields) {
    const value = <StateTag state="warning" text={said.not_answered} />;
    items.push({ key: `field ${key}`, term: answer(key, null).term, value });
  }
  return <DescriptionList items={items} />;
}

function Particulars(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  return (
    <Card title={useWords(words).particulars}>
      <Facts ticket={ticket} />
      {ticket.text ? <p className="desk-text">{ticket.text}</p> : null}
    </Card>
  );
}

/** What a ticket is beside its type's ways: merged, major, judged by whoever asked. */
function Parts(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const ever = ticket.major !== null;
  return (
    <div className="desk-page">
      <MergedNotice ticket={ticket} />
      <TicketActions ticket={ticket} major={isMajor(ticket)} />
      {ever ? <MajorCard ticket={ticket} /> : null}
      <Particulars ticket={ticket} />
      <ClocksCard ticket={ticket} />
      <SatisfactionCard ticket={ticket} />
      <OrdersCard ticket={ticket} />
      <HopsCard ticket={ticket} />
      <LinksCard ticket={ticket} />
      <TicketSlots ticket={ticket} />
      <HistoryCard ticket={ticket} />
      {ever ? <TimelineCard ticket={ticket} /> : null}
    </div>
  );
}

/** A ticket: what it is, what comes next, what was promised, and what happened. */
export default function TicketPage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const text = useText();
  const read = useOne<TicketPageView>(`/tickets/${encodeURIComponent(id)}`, {}, { every_ms: EVERY_MS });
  const ticket = read.value;
  if (!ticket) {
    return read.problem ? (
      <ErrorPanel problem={read.problem} onRetry={read.reload} />
    ) : (
      <Skeleton active />
    );
  }
  const tags = (
    <>
      <StateTag state={TONES[ticket.phase]} text={text(ticket.state_name)} />
      {ticket.overdue ? <StateTag state="critical" text={said.overdue} /> : null}
      {isMajor(ticket) ? <MajorTag /> : null}
      {ticket.supervised ? <StateTag state="warning" text={said.supervised} /> : null}
    </>
  );
  return (
    <>
      <PageHeader title={`${ticket.number} ${ticket.subject}`} tags={tags} />
      {/* What was begun on one ticket is not gone on with on another. */}
      <Parts key={ticket.id} ticket={ticket} />
    </>
  );
}
