import type { TicketEntryView } from "../../../api/contract";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { PersonName, PostName } from "../../../platform/directory/people/Names";
import { words as satisfactionWords } from "./satisfaction/words";
import { words } from "./words";

/** What an entry is about, beside its text: to whom, which ticket, how many minutes. */
function About(props: { entry: TicketEntryView; states: Map<string, string> }) {
  const { entry, states } = props;
  const said = useWords(words);
  const satisfaction: Record<string, string> = useWords(satisfactionWords);
  const of = (name: string) => entry.detail?.[name];
  const { person_id, post_id, lead_id } = entry.detail ?? {};
  if (typeof lead_id === "string") return <PersonName id={lead_id} />;
  if (entry.kind === "assigned") {
    if (typeof person_id === "string") return <PersonName id={person_id} />;
    if (typeof post_id === "string") return <PostName id={post_id} />;
    return <span>{said.nobody}</span>;
  }
  const told = () => {
    const [minutes, percent, other] = [of("minutes"), of("percent"), of("other") ?? of("into")];
    const [merged, score, result] = [of("merged"), of("score"), of("result")];
    if (entry.kind === "moved") return states.get(entry.state ?? "");
    if (entry.kind === "extension_decided") return of("granted") ? said.granted : said.refused;
    if (Array.isArray(merged)) return merged.join(", ");
    if (typeof score === "number") return `${score} / 5`;
    if (typeof result === "string") return satisfaction[result];
    if (typeof minutes === "number") return fill(said.minutes, { n: minutes });
    if (typeof percent === "number") return `${percent} %`;
    return typeof other === "string" ? other : undefined;
  };
  const found = told();
  return found ? <span>{found}</span> : null;
}

/** Something that happened to a ticket. `states`: what its states are called. */
export function Entry(props: { entry: TicketEntryView; states: Map<string, string> }) {
  const { entry } = props;
  const said: Record<string, string> = useWords(words);
  const kind = entry.kind === "commented" && entry.public ? "replied" : entry.kind;
  return (
    <>
      <div className="desk-entry">
        <strong>{entry.by}</strong> {said[`entry_${kind}`] ?? entry.kind}{" "}
        <About entry={entry} states={props.states} />{" "}
        <span className="kit-quiet">
          <TimeAgo at={entry.at} />
        </span>{" "}
        {entry.public ? <StateTag state="info" text={said.public ?? ""} bare /> : null}
      </div>
      {entry.text ? <div className="desk-text">{entry.text}</div> : null}
    </>
  );
}
