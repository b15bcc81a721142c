import type { TicketPageView } from "../../../api/contract";
import { useText, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { words } from "./words";

/** What the clocks of a ticket are called: `response`, `resolution`, `hop-2`. */
export function useClockName(ticket: TicketPageView): (clock: string) => string {
  const said = useWords(words);
  const text = useText();
  return (clock) => {
    if (clock === "response") return said.response;
    if (clock === "resolution") return said.resolution;
    const number = clock.replace("hop-", "");
    const unit = ticket.hops.find((hop) => String(hop.number) === number)?.unit;
    return fill(said.hop_clock, { n: number, unit: text(unit?.name) || number });
  };
}
