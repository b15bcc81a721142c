/** The wire types of incidents, silences and policies on who is told. */
import type { AlertView, Severity, Text } from "./contract";
import type { Narrow, Schemas, Sent } from "./wire";

export type IncidentView = Narrow<
  Sent<Schemas["Incident"]>,
  {
    severity: Severity;
    state: "open" | "closed";
    certainty: "observed" | "suspected" | "corrected";
    close_reason: "recovered" | "merged" | null;
  }
>;
export type IncidentStoryView = Sent<Schemas["IncidentStory"]>;
export type IncidentAlertView = Narrow<Sent<Schemas["IncidentAlert"]>, { alert: AlertView }>;
export type IncidentPageView = Narrow<
  Sent<Schemas["IncidentPage"]>,
  {
    occasion: "opened" | "worse" | "left" | "repeated" | "resolved";
    state: "new" | "queued" | "sent" | "failed" | "suppressed" | "expanded" | null;
    call: IncidentCallView | null;
  }
>;
export type IncidentCallState =
  | "waiting"
  | "not_started"
  | "running"
  | "answered"
  | "exhausted"
  | "over";
export type IncidentCallView = Narrow<
  Sent<Schemas["IncidentCall"]>,
  { state: IncidentCallState; reason: Text | null }
>;
export type IncidentLessonView = Narrow<
  Sent<Schemas["IncidentLesson"]>,
  { kind: "together" | "apart"; state: "proposed" | "confirmed" | "dismissed" }
>;
export type PageChain = Sent<Schemas["PageChain"]>;
export type PageRecipient = Sent<Schemas["PageRecipient"]>;
export type BackTestView = Sent<Schemas["BackTestAnswer"]>;
export type WatchdogView = Sent<Schemas["Watchdog"]>;
export type AlertEventView = Sent<Schemas["AlertEvent"]>;
export type EventMappingView = Narrow<
  Sent<Schemas["EventMapping"]>,
  { severities: Record<string, Severity>; severity_default: Severity }
>;
export type PagePolicyView = Narrow<Sent<Schemas["PagePolicy"]>, { severity_min: Severity }>;
export type SilenceView = Narrow<
  Sent<Schemas["Silence"]>,
  { state: "holds" | "waits" | "ended" }
>;
export type SilenceDraft = Schemas["SilenceDraft"];
export type SilencePreviewView = Sent<Schemas["SilencePreview"]>;
