import type { Json, TicketTypeView } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { formatNumber } from "../../../kit/format";
import { useLanguage, useText, useWords } from "../../../kit/language";
import { words } from "./words";

/** The type of a ticket: what its states and the fields of its form are called. */
export function useTicketType(key: string): TicketTypeView["type"] | undefined {
  const types = useItems<TicketTypeView>("/ticket-types");
  return types.items.find((one) => one.type.key === key)?.type;
}

/** Reads an answer of a form as people write it: name of the field, and what was answered. */
export function useAnswer(type: TicketTypeView["type"] | undefined) {
  const said = useWords(words);
  const text = useText();
  const language = useLanguage();
  return (key: string, value: Json): { term: string; value: string } => {
    const field = type?.fields.find((one) => one.key === key);
    const term = text(field?.name) || key;
    if (typeof value === "boolean") return { term, value: value ? said.yes : said.no };
    if (typeof value === "number") return { term, value: formatNumber(value, language) };
    const choice = field?.choices.find((one) => one.key === value);
    return { term, value: choice ? text(choice.name) : String(value ?? "") };
  };
}
