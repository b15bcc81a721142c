import type { TicketEntryView, TicketThreadEntryView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import type { List } from "../../../api/hooks";

const EVERY_MS = 30_000;
/** As many as the server gives at once. */
const AT_ONCE = 500;

/** What happened to a ticket, in order of time. */
export function useEntries(id: string): List<TicketEntryView> {
  return useList<TicketEntryView>(
    `/tickets/${id}/entries`,
    { limit: AT_ONCE },
    { every_ms: EVERY_MS },
  );
}

/** The same with what happened to those that were merged into it. */
export function useThread(id: string): List<TicketThreadEntryView> {
  return useList<TicketThreadEntryView>(
    `/tickets/${id}/thread`,
    { limit: AT_ONCE },
    { every_ms: EVERY_MS },
  );
}
