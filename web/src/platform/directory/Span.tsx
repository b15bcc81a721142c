import { dayOf } from "../../kit/days";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { useNow } from "../../kit/TimeAgo";
import { words } from "./words";

/** From when until when something is so, by days; the exact moments on hover. */
export function Span(props: {
  span: { valid_from: string; valid_to: string | null };
  /** It is one state of a thing: its end to come is where another state begins. */
  state?: true;
}) {
  const { valid_from, valid_to } = props.span;
  const said = useWords(words);
  const now = useNow();
  const from = dayOf(new Date(valid_from));
  const day = valid_to ? dayOf(new Date(valid_to)) : said.no_end;
  const coming = props.state && valid_to !== null && Date.parse(valid_to) > now;
  const to = coming ? fill(said.until_coming, { day }) : day;
  return <span title={`${valid_from} – ${valid_to ?? said.no_end}`}>{`${from} – ${to}`}</span>;
}
