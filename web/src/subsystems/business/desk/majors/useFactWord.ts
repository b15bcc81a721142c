import type { Json, TicketPageView } from "../../../../api/contract";
import { useText, useWords } from "../../../../kit/language";
import { useTicketType } from "../answers";
import { words as satisfactionWords } from "../satisfaction/words";
import { useClockName } from "../useClockName";
import { words as deskWords } from "../words";

/** What the values of a ticket's facts are called where the desk knows; others are empty. */
export function useFactWord(ticket: TicketPageView): (field: string, value: Json) => string {
  const type = useTicketType(ticket.type);
  const clock = useClockName(ticket);
  const desk: Record<string, string> = useWords(deskWords);
  const satisfaction: Record<string, string> = useWords(satisfactionWords);
  const text = useText();
  return (field, value) => {
    if (field === "priority" || field === "priority_before") return `P${String(value)}`;
    if (typeof value !== "string") return "";
    switch (field) {
      case "transition":
        return text(type?.transitions.find((one) => one.key === value)?.name);
      case "state":
      case "from_state":
        return text(type?.states.find((one) => one.key === value)?.name);
      case "clock":
        return clock(value);
      case "kind":
        return desk[value] ?? "";
      case "result":
        return satisfaction[value] ?? "";
      default:
        return "";
    }
  };
}
