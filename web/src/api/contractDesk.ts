/** The wire types of the service desk; see `contract.ts`. */
import type { Severity, Text } from "./contract";
import type { JsonObject, Narrow, Schemas, Sent } from "./wire";

export type TicketPhase = "new" | "active" | "paused" | "resolved" | "closed";
export type TicketNamedView = Narrow<Sent<Schemas["TicketNamed"]>, { name: Text }>;
export type TicketView = Narrow<
  Sent<Schemas["Ticket"]>,
  {
    phase: TicketPhase;
    unit: TicketNamedView;
    region: TicketNamedView | null;
    person: TicketNamedView | null;
    post: TicketNamedView | null;
  }
>;
export type TicketEffect = "none" | "dispatch" | "return" | "draft" | "answer";
export type TicketNeed = "reason" | "assignee";
export interface TicketTransitionView {
  key: string;
  name: Text;
  from: string[];
  to: string;
  effect: TicketEffect;
  needs: TicketNeed[];
  right: "work" | "assign";
  by_another: boolean;
}
export interface TicketStateView {
  key: string;
  name: Text;
  phase: TicketPhase;
  /** Whether a ticket waits in it for whoever asks; only where the phase is `paused`. */
  waits_for_requester?: boolean | null;
}
export interface TicketWayView {
  transition: TicketTransitionView;
  permitted: boolean;
}
export type TicketHopView = Narrow<
  Sent<Schemas["TicketHop"]>,
  { unit: TicketNamedView; given_by: TicketNamedView | null }
>;
export type TicketOrderView = Sent<Schemas["TicketOrder"]>;
export type TicketExtensionView = Sent<Schemas["TicketExtension"]>;
export type TicketLinkView = Sent<Schemas["TicketLink"]>;
export type TicketEntryView = Narrow<Sent<Schemas["TicketEntry"]>, { detail: JsonObject | null }>;
export type TicketOriginKind = "incident" | "round" | "campaign" | "call" | "mail";
export type TicketNumberedView = Sent<Schemas["TicketNumbered"]>;
export interface TicketPageView extends TicketView {
  text: string;
  fields: JsonObject;
  lacking_fields: string[];
  resources: TicketNamedView[];
  hops: TicketHopView[];
  ways: TicketWayView[];
  orders: TicketOrderView[];
  extensions: TicketExtensionView[];
  links: TicketLinkView[];
  /** What it was opened from; null: by somebody. */
  origin: { kind: TicketOriginKind; id: string } | null;
  /** What it was merged into; `ticket` is null where one does not see that. */
  merged_into: { ticket: TicketNumberedView | null; by: string; at: string } | null;
  /** Null: it was never declared major. */
  major: Sent<Schemas["TicketMajor"]> | null;
  may_work: boolean;
  may_assign: boolean;
}
export type TicketFiguresView = Narrow<Sent<Schemas["TicketFigures"]>, { name: Text }>;
export type TicketCountsView = Sent<Schemas["TicketCounts"]>;
export type ClockCounting = "counts" | "paused" | "off_hours";
export type ClockState = "running" | "paused" | "overdue" | "kept" | "broken";
export type TicketClockSpanView = Narrow<
  Sent<Schemas["TicketClockSpan"]>,
  { counting: ClockCounting; why: Text }
>;
export type TicketClockView = Narrow<
  Sent<Schemas["TicketClock"]>,
  { state: ClockState; spans: TicketClockSpanView[] }
>;
export type TicketClocksView = Narrow<
  Sent<Schemas["TicketClocks"]>,
  { policy: Text | null; clocks: TicketClockView[] }
>;
export type TicketFieldKind = "text" | "long_text" | "number" | "date" | "choice" | "yes_no";
export interface TicketFieldView {
  key: string;
  name: Text;
  kind: TicketFieldKind;
  required: boolean;
  choices: { key: string; name: Text }[];
  min: number | null;
  max: number | null;
}
export type PublicFormView = Sent<Schemas["PublicForm"]>;
export interface TicketTypeView {
  version: number;
  changed_at: string;
  type: {
    key: string;
    name: Text;
    prefix: string;
    enabled: boolean;
    first: string;
    states: TicketStateView[];
    transitions: TicketTransitionView[];
    fields: TicketFieldView[];
    /** By impact, then by urgency: high, medium, low. */
    matrix: number[][];
    policy_id: string | null;
    incidents: { severities: Severity[]; unit_id: string; on_end: string | null } | null;
    /** How people outside write in; null: they do not. */
    public: PublicFormView | null;
  };
}
export type WorkListView = Narrow<
  Sent<Schemas["WorkList"]>,
  { query: Record<string, string> }
>;
export interface SlaTargetView {
  amount: number;
  unit: "minutes" | "workdays";
}
export interface SlaPolicyDraft {
  name: Text;
  zone: string;
  calendar: "china" | "weekdays" | "every_day";
  hours: string;
  days: { date: string; worked: boolean; name: string }[];
  targets: { priority: number; response: SlaTargetView | null; resolution: SlaTargetView | null }[];
  hop: SlaTargetView | null;
  return_within: SlaTargetView | null;
  warn_percents: number[];
}
export interface SlaPolicyView {
  id: string;
  version: number;
  retired: boolean;
  changed_at: string;
  policy: SlaPolicyDraft;
}
export type SlaEffectView = Sent<Schemas["SlaPolicyEffect"]>;
export type MailTls = Schemas["MailTls"];
export type MailboxDraft = Sent<Schemas["MailboxBody"]>;
export type MailboxView = Sent<Schemas["Mailbox"]>;
export type MailboxFoundView = Sent<Schemas["MailboxFound"]>;
export type DeskMailState =
  | "arriving"
  | "taken"
  | "set_aside"
  | "dismissed"
  | "repeated"
  | "gone"
  | "sent"
  | "bounced";
export type DeskMailView = Narrow<
  Sent<Schemas["DeskMail"]>,
  { state: DeskMailState; direction: "in" | "out"; mailbox: string | null }
>;
export type PhoneCallState = "ringing" | "talking" | "ended" | "missed";
export type PhoneCallView = Narrow<Sent<Schemas["PhoneCall"]>, { state: PhoneCallState }>;
export type PhoneCallPageView = Narrow<
  Sent<Schemas["PhoneCallPage"]>,
  { state: PhoneCallState; open_tickets: TicketView[]; ticket: TicketNumberedView | null }
>;
export type OfferedFormView = Narrow<
  Sent<Schemas["OfferedForm"]>,
  { fields: TicketFieldView[] }
>;
export type EnquiryProgress = "received" | "being_handled" | "answered";
export type EnquiryStatusView = Narrow<
  Sent<Schemas["EnquiryStatus"]>,
  { progress: EnquiryProgress }
>;
export type EnquiryCodeView = Sent<Schemas["EnquiryCode"]>;
export type NewEnquiry = Schemas["NewEnquiry"];
export type PublishedAnswerView = Sent<Schemas["PublishedAnswer"]>;
