import type { TicketEntryView } from "../../../../api/contract";

/** The ticket that another one was merged into. */
export interface Master {
  id: string;
  number: string;
}

/** What a ticket is merged into, as its entries in order of time tell; null: into none. */
export function masterOf(entries: TicketEntryView[]): Master | null {
  let master: Master | null = null;
  for (const { kind, detail } of entries) {
    const { into_id, into } = detail ?? {};
    if (kind === "unmerged") master = null;
    if (kind === "merged" && typeof into_id === "string" && typeof into === "string") {
      master = { id: into_id, number: into };
    }
  }
  return master;
}
