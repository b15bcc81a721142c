import { dayOf } from "../../kit/days";
import { useWords } from "../../kit/language";
import { words } from "./words";

/** From when until when something is so, by days; the exact moments on hover. */
export function Span(props: { span: { valid_from: string; valid_to: string | null } }) {
  const { valid_from, valid_to } = props.span;
  const said = useWords(words);
  const from = dayOf(new Date(valid_from));
  const to = valid_to ? dayOf(new Date(valid_to)) : said.no_end;
  return <span title={`${valid_from} – ${valid_to ?? said.no_end}`}>{`${from} – ${to}`}</span>;
}
