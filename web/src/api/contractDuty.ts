/** The wire types of duty; see `contract.ts`. */
import type { Severity } from "./contract";
import type { Narrow, Schemas, Sent } from "./wire";

export type DayKind = "workday" | "weekend" | "holiday";
export type RosterBody = Schemas["RosterBody"];
export type RosterView = Narrow<Sent<Schemas["Roster"]>, { roster: RosterBody }>;
export type DutyPersonView = Sent<Schemas["DutyPerson"]>;
export type SpanSource = "rotation" | "swap" | "reserve" | "override";
export type SpanView = Narrow<
  Sent<Schemas["DutySpan"]>,
  { source: SpanSource; person: DutyPersonView | null; instead_of: DutyPersonView | null }
>;
export type OwnDutyView = Narrow<Sent<Schemas["OwnDuty"]>, { items: SpanView[] }>;
export type ProblemKind =
  | "gap"
  | "twice"
  | "short_rest"
  | "on_leave"
  | "left"
  | "not_in_post"
  | "unqualified";
export type DutyProblemView = Narrow<
  Sent<Schemas["DutyProblem"]>,
  { kind: ProblemKind; span: SpanView }
>;
export type DutyDayView = Narrow<Sent<Schemas["DutyDay"]>, { kind: DayKind }>;
export type StretchView = Narrow<
  Sent<Schemas["DutyStretch"]>,
  { spans: SpanView[]; problems: DutyProblemView[]; days: DutyDayView[] }
>;
export type LoadView = Sent<Schemas["DutyLoad"]>;
export type OverrideView = Narrow<
  Sent<Schemas["DutyOverride"]>,
  { person_in: DutyPersonView | null; person_out: DutyPersonView | null }
>;
export type QualificationView = Sent<Schemas["DutyQualification"]>;
export type LeaveState = "asked" | "approved" | "refused" | "withdrawn";
export type LeaveView = Narrow<Sent<Schemas["DutyLeave"]>, { state: LeaveState }>;
export type SwapState =
  | "asked"
  | "agreed"
  | "in_force"
  | "declined"
  | "refused"
  | "withdrawn";
export type SlotView = Sent<Schemas["DutySlot"]>;
export type SwapView = Narrow<
  Sent<Schemas["DutySwap"]>,
  { state: SwapState; own: "giver" | "taker" | "other"; slot_back: SlotView | null }
>;
export type FeedView = Sent<Schemas["DutyFeed"]>;
export type NewFeedView = Sent<Schemas["NewDutyFeedLink"]>;
export type HandOverContent = Schemas["HandOverContent"];
export type HandOverView = Narrow<
  Sent<Schemas["HandOver"]>,
  {
    state: "begun" | "given" | "taken";
    own: "giver" | "taker" | "other";
    content: HandOverContent;
  }
>;
export type ChainBody = Schemas["ChainBody"];
export type Target = Schemas["Target"];
export type ChainView = Narrow<Sent<Schemas["Chain"]>, { chain: ChainBody }>;
export type SimulatedStepView = Narrow<Sent<Schemas["SimulatedStep"]>, { targets: Target[] }>;
export type CallIncidentView = Narrow<Sent<Schemas["CallIncident"]>, { severity: Severity }>;
export type CallView = Narrow<
  Sent<Schemas["Call"]>,
  {
    state: "running" | "answered" | "exhausted" | "over";
    incident: CallIncidentView | null;
  }
>;
export type InspectionBody = Schemas["InspectionBody"];
export type InspectionItem = Schemas["InspectionItem"];
export type InspectionView = Narrow<
  Sent<Schemas["Inspection"]>,
  { inspection: InspectionBody }
>;
export type InspectionFiguresView = Sent<Schemas["InspectionFigures"]>;
export type RoundState = "due" | "started" | "finished" | "missed";
export type RoundView = Narrow<Sent<Schemas["InspectionRound"]>, { state: RoundState }>;
export type FoundValue = boolean | number | string;
export type FoundView = Narrow<
  Sent<Schemas["InspectionFound"]>,
  { value: FoundValue; ticket: "none" | "owed" | "opened" }
>;
export type RoundDetailView = Narrow<
  Sent<Schemas["InspectionRoundDetail"]>,
  {
    state: RoundState;
    person: DutyPersonView | null;
    route: InspectionItem[];
    found: FoundView[];
  }
>;
export type WorkPeriod = Schemas["WorkPeriod"];
export type WorkState = Schemas["WorkState"];
export type WorkItemBody = Schemas["WorkItemBody"];
export type WorkItemView = Narrow<
  Sent<Schemas["WorkItem"]>,
  { item: WorkItemBody; owner: DutyPersonView | null }
>;
export type DutyImportBody = Schemas["DutyImport"];
export type DutyImportedView = Narrow<
  Sent<Schemas["DutyImported"]>,
  { effect: "created" | "changed" | "same"; spans: SpanView[]; roster: RosterBody }
>;
