/** The wire types of what is done with tickets beside their ways; see `contract.ts`. */
import type { Text } from "./contract";
import type { TicketEntryView, TicketView } from "./contractDesk";
import type { JsonObject, Narrow, Schemas, Sent } from "./wire";

export type TicketCallResult = Schemas["TicketCallResult"];
export type TicketLevel = Schemas["TicketLevel"];
export type TicketRatingView = Sent<Schemas["TicketRating"]>;
export type TicketSatisfactionView = Sent<Schemas["TicketSatisfaction"]>;
export type TicketThreadEntryView = Narrow<
  Sent<Schemas["TicketThreadEntry"]>,
  { entry: TicketEntryView }
>;
export type SimilarTicketView = Narrow<Sent<Schemas["SimilarTicket"]>, { ticket: TicketView }>;
export type SimilarTicketsView = Narrow<
  Sent<Schemas["SimilarTickets"]>,
  { items: SimilarTicketView[] }
>;
export type CannedReplyBody = Narrow<
  Sent<Schemas["CannedReplyBody"]>,
  { name: Text; text: Text }
>;
export type CannedReplyView = Narrow<Sent<Schemas["CannedReply"]>, { reply: CannedReplyBody }>;
export type FilledReplyView = Narrow<Sent<Schemas["FilledReply"]>, { name: Text; text: Text }>;
export type MajorIncidentView = Sent<Schemas["MajorIncident"]>;
export type TicketFactView = Narrow<Sent<Schemas["TicketFact"]>, { detail: JsonObject }>;
export type PublicationState = "proposed" | "published" | "withdrawn";
export type PublicationView = Narrow<Sent<Schemas["Publication"]>, { state: PublicationState }>;
export type TicketBulkAction = Schemas["TicketBulkAction"];
export type TicketBulkResultView = Narrow<Sent<Schemas["TicketBulkResult"]>, { why: Text | null }>;
