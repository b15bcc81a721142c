import { lazy } from "react";
import type { TicketSlot, TypingSlot } from "../subsystems/business/desk/slots";

/** What each folder adds to the page of every ticket. */
export const ticketSlots: TicketSlot[] = [
  {
    key: "articles",
    needs: "ticket.read",
    Part: lazy(() => import("../subsystems/daily/knowledge/TicketArticles")),
  },
];

/** What each folder adds to the form of a new ticket. */
export const typingSlots: TypingSlot[] = [
  {
    key: "articles",
    Part: lazy(() => import("../subsystems/daily/knowledge/TypingSuggestions")),
  },
];

/** What each folder adds to the forms of people outside. */
export const enquirySlots: TypingSlot[] = [
  {
    key: "articles",
    Part: lazy(() => import("../subsystems/daily/knowledge/PublicSuggestions")),
  },
];
