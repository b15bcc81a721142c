import { Button, Skeleton, Space } from "antd";
import { useState } from "react";
import type {
  TicketCallResult,
  TicketPageView,
  TicketSatisfactionView,
} from "../../../../api/contract";
import { useOne } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useWords } from "../../../../kit/language";
import { Permitted } from "../../../../kit/Permitted";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import type { Tone } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { useSession } from "../../../../shell/session";
import { isOpen } from "../columns";
import { words as deskWords } from "../words";
import { CallBackDialog } from "./CallBackDialog";
import { RateDialog } from "./RateDialog";
import { words } from "./words";

const EVERY_MS = 30_000;
const GOOD_FROM = 4;
const BAD_TO = 2;
const TONES: Record<TicketCallResult, Tone> = {
  satisfied: "ok",
  neutral: "info",
  dissatisfied: "critical",
};

function toneOf(score: number): Tone {
  if (score >= GOOD_FROM) return "ok";
  return score <= BAD_TO ? "critical" : "info";
}

function Said(props: { found: TicketSatisfactionView }) {
  const { rating, call_backs } = props.found;
  const said = useWords(words);
  return (
    <ul className="desk-list">
      <li>
        <strong>{said.rating}</strong>{" "}
        {rating ? (
          <>
            <StateTag state={toneOf(rating.score)} text={fill(said.score_of, rating)} />{" "}
            <span className="kit-quiet">
              <TimeAgo at={rating.rated_at} />
            </span>
            {rating.text ? <div className="desk-text">{rating.text}</div> : null}
          </>
        ) : (
          <span className="kit-quiet">{said.rating_none}</span>
        )}
      </li>
      {call_backs.length === 0 ? (
        <li>
          <strong>{said.call_backs}</strong>{" "}
          <span className="kit-quiet">{said.call_backs_none}</span>
        </li>
      ) : null}
      {call_backs.map((call) => (
        <li key={call.number}>
          <strong>{said.call_backs}</strong> · {call.called_by}{" "}
          <StateTag state={TONES[call.result]} text={said[call.result]} />{" "}
          <span className="kit-quiet">
            <TimeAgo at={call.called_at} />
          </span>
          {call.text ? <div className="desk-text">{call.text}</div> : null}
        </li>
      ))}
    </ul>
  );
}

/** What whoever asked says of how it was dealt with: their rating, and the calls back. */
export function SatisfactionCard(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const said = useWords(words);
  const desk = useWords(deskWords);
  const own = useSession().user.person_id;
  const [asked, setAsked] = useState<"rate" | "call" | null>(null);
  const read = useOne<TicketSatisfactionView>(
    `/tickets/${ticket.id}/satisfaction`,
    {},
    { every_ms: EVERY_MS },
  );
  const over = !isOpen(ticket);
  const found = read.value;
  const told = found ? found.rating !== null || found.call_backs.length > 0 : false;
  // What is dealt with still is judged by nobody yet; what was opened again was.
  if (!over && !told && !read.problem) return null;
  const mine = own !== null && ticket.requester.person_id === own;
  return (
    <Card title={said.satisfaction}>
      <ErrorPanel problem={read.problem} onRetry={read.reload} />
      {found ? <Said found={found} /> : null}
      {found || read.problem ? null : <Skeleton active paragraph={{ rows: 1 }} />}
      {over ? (
        <Space wrap className="desk-beside">
          {mine ? (
            <Button onClick={() => setAsked("rate")}>
              {found?.rating ? said.rate_again : said.rate}
            </Button>
          ) : null}
          <Permitted refusal={ticket.may_work ? null : desk.not_permitted}>
            <Button disabled={!ticket.may_work} onClick={() => setAsked("call")}>
              {said.call_back}
            </Button>
          </Permitted>
        </Space>
      ) : null}
      {asked === "rate" ? <RateDialog ticket={ticket} onClose={() => setAsked(null)} /> : null}
      {asked === "call" ? <CallBackDialog ticket={ticket} onClose={() => setAsked(null)} /> : null}
    </Card>
  );
}
