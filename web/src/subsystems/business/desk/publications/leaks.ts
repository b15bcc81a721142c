import type { TicketEntryView } from "../../../../api/contract";

/** A single letter is found everywhere. */
const TELLING_MIN = 2;

/** Whether an entry is an answer that was given to whoever asked: only such can be published. */
export function isAnswer(entry: TicketEntryView): boolean {
  return entry.public && entry.kind === "moved" && entry.text !== "";
}

/** What of whoever asked a text still tells: their name, how to reach them. */
export function leaksOf(text: string, requester: { name: string; contact: string }): string[] {
  const shown = text.toLowerCase();
  return [requester.name, requester.contact]
    .map((one) => one.trim())
    .filter((one) => one.length >= TELLING_MIN && shown.includes(one.toLowerCase()));
}
