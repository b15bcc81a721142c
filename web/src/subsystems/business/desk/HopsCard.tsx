import { Button } from "antd";
import { useState } from "react";
import type { TicketHopView, TicketPageView } from "../../../api/contract";
import { Card } from "../../../kit/Card";
import { useText, useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { BesideDialog } from "./BesideDialog";
import { words } from "./words";

type Ending = "done" | "handed_over" | "returned" | "finished" | "has_it";

/** What became of a unit's part; who is in charge to the end has done it. */
function endingOf(hop: TicketHopView, over: boolean): Ending {
  switch (hop.ending) {
    case "done":
    case "handed_over":
    case "returned":
      return hop.ending;
    default:
      return over && hop.kind === "lead" ? "finished" : "has_it";
  }
}

/** The units that have or had a ticket, in order. */
export function HopsCard(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const said = useWords(words);
  const text = useText();
  const over = ["resolved", "closed"].includes(ticket.phase);
  const [giving, setGiving] = useState<number | null>(null);
  return (
    <Card title={said.hops}>
      <ol className="desk-list">
        {ticket.hops.map((hop) => {
          const ending = endingOf(hop, over);
          const waits = hop.kind === "assist" && ending === "has_it";
          return (
            <li key={hop.number}>
              <strong>{text(hop.unit.name)}</strong>{" "}
              {hop.kind === "assist" ? said.assist : said.lead}{" "}
              <StateTag state={ending === "has_it" ? "running" : "ok"} text={said[ending]} />{" "}
              <span className="kit-quiet">
                <TimeAgo at={hop.begun_at} />
                {hop.ended_at ? (
                  <>
                    {" – "}
                    <TimeAgo at={hop.ended_at} />
                  </>
                ) : null}
              </span>
              {hop.text ? <div className="desk-text">{hop.text}</div> : null}
              {hop.answer ? <div className="desk-text">{hop.answer}</div> : null}
              {waits ? (
                <Permitted refusal={ticket.may_work ? null : said.not_permitted}>
                  <Button
                    size="small"
                    disabled={!ticket.may_work}
                    onClick={() => setGiving(hop.number)}
                  >
                    {said.assist_give}
                  </Button>
                </Permitted>
              ) : null}
            </li>
          );
        })}
      </ol>
      {giving === null ? null : (
        <BesideDialog
          ticket={ticket}
          beside={{ kind: "give", number: giving }}
          onClose={() => setGiving(null)}
        />
      )}
    </Card>
  );
}
