import type { Language, PhoneCallView } from "../../../../api/contract";
import { formatSeconds } from "../../../../kit/format";
import type { Column } from "../../../../kit/ListTable";
import type { Said } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { PersonName } from "../../../../platform/directory/people/Names";
import { outsideOf, talkedOf, TONES } from "./calls";
import type { words } from "./words";

/** The columns of the log of calls. */
export function callColumns(said: Said<typeof words>, language: Language): Column<PhoneCallView>[] {
  return [
    {
      key: "state",
      title: said.state,
      width: 120,
      render: (_, call) => <StateTag state={TONES[call.state]} text={said[call.state]} />,
    },
    {
      key: "number",
      title: said.number,
      width: 160,
      render: (_, call) => (
        <>
          <div className="kit-figure">{outsideOf(call) || said.no_number}</div>
          <div className="kit-quiet">{said[call.direction]}</div>
        </>
      ),
    },
    {
      key: "caller",
      title: said.caller,
      width: 160,
      render: (_, call) =>
        call.person_id ? (
          <PersonName id={call.person_id} />
        ) : (
          <span className="kit-quiet">{said.unknown}</span>
        ),
    },
    {
      key: "answered",
      title: said.answered_by,
      width: 140,
      render: (_, call) => call.answered_by || "–",
    },
    {
      key: "began",
      title: said.began_at,
      width: 130,
      render: (_, call) => <TimeAgo at={call.began_at} />,
    },
    {
      key: "length",
      title: said.length,
      width: 110,
      render: (_, call) => {
        const talked = talkedOf(call);
        return talked === null ? "–" : formatSeconds(Math.round(talked), language);
      },
    },
    { key: "cause", title: said.cause, width: 150, render: (_, call) => call.cause || "–" },
  ];
}
