/**
 * The wire types of `/api/v1`, taken from the generated `schema.ts` (`npm run api`). The document
 * says `string` where a field has few values; [`Narrow`] names these values, and fails to compile
 * when the field is gone. Times are RFC 3339 UTC strings, ids are UUID strings.
 */
import type { Json, JsonObject, Narrow, Schemas, Sent } from "./wire";

export type * from "./contractDesk";
export type * from "./contractTicketWork";
export type * from "./contractClients";
export type * from "./contractDuty";
export type * from "./contractIncidents";
export type * from "./contractKnowledge";
export type * from "./contractNotify";
export type * from "./contractRemote";
export type { Json, JsonObject } from "./wire";

export interface Labels {
  [name: string]: string;
}

export type Language = Schemas["Language"];
export type Theme = Schemas["Theme"];
export type Text = Schemas["Text"];
export interface Items<T> {
  items: T[];
}
export interface Page<T> extends Items<T> {
  next: string | null;
}

export type ProblemView = Sent<Schemas["Problem"]>;
export type ProblemField = Sent<Schemas["FieldFault"]>;

export type UserView = Sent<Schemas["User"]>;
export type SignInFailureView = Sent<Schemas["SignInFailure"]>;
export type RoleView = Sent<Schemas["Role"]>;
export type SessionView = Sent<Schemas["Session"]>;
export type OwnSessionView = Sent<Schemas["SessionEntry"]>;
export type TokenView = Sent<Schemas["Token"]>;
export type NewTokenView = Sent<Schemas["NewToken"]>;

export type KindAttribute = Sent<Schemas["AttributeDefinition"]>;
export type KindView = Sent<Schemas["Kind"]>;
export type RelationKindView = Sent<Schemas["RelationKind"]>;
export type ResourceView = Narrow<Sent<Schemas["Resource"]>, { attributes: JsonObject }>;
export type RelationView = Narrow<
  Sent<Schemas["SeenRelation"]>,
  { direction: "forward" | "backward" }
>;

export type UnitView = Sent<Schemas["Unit"]>;
export type RegionView = Sent<Schemas["Region"]>;
export type SiteView = Sent<Schemas["Site"]>;
export type PostView = Sent<Schemas["Post"]>;
export type ContactWay = "mail" | "mobile" | "phone" | "wecom" | "dingtalk" | "feishu" | "im";
export type PersonView = Narrow<
  Sent<Schemas["Person"]>,
  { contacts: { way: ContactWay; value: string }[] }
>;
export type HoldingKind = "substantive" | "acting" | "part-time";
export type HoldingView = Narrow<Sent<Schemas["Holding"]>, { kind: HoldingKind }>;
export type UnitSuccessionView = Sent<Schemas["UnitSuccession"]>;
export type DirectoryImportRunView = Narrow<
  Sent<Schemas["DirectoryImportRun"]>,
  { state: "running" | "ended" | "failed" | "interrupted" }
>;
export type DirectoryImportView = Sent<Schemas["DirectoryImport"]>;
export type DirectorySourceView = Narrow<
  Sent<Schemas["DirectorySource"]>,
  { report: DirectorySyncView | null; preview: DirectorySyncView | null }
>;
export type DirectorySourcePostsView = Sent<Schemas["DirectorySourcePosts"]>;
export type ScimClientView = Sent<Schemas["ScimClient"]>;
export type DirectorySourceSettings = Sent<Schemas["DirectorySourceSettings"]>;
export type DirectorySyncChangeView = Narrow<
  Sent<Schemas["DirectorySyncChange"]>,
  { values: { field: string; before: Json; after: Json }[] }
>;
export type DirectorySyncView = Narrow<
  Sent<Schemas["DirectorySync"]>,
  { changes: DirectorySyncChangeView[] }
>;

export type HolderKind = "user" | "post" | "group";
export type HolderView = Narrow<Sent<Schemas["Holder"]>, { kind: HolderKind }>;
export type ScopeKind = "everything" | "unit" | "region" | "resources";
export type ScopeView = Narrow<Sent<Schemas["Scope"]>, { kind: ScopeKind }>;
export type GrantOrigin = "granted" | "migrated" | "delegated" | "emergency";
export type GrantView = Narrow<
  Sent<Schemas["Grant"]>,
  { holder: HolderView; scope: ScopeView; origin: GrantOrigin }
>;
export type DelegateView = Sent<Schemas["Delegate"]>;
export type RightsLineView = Narrow<Sent<Schemas["RightsLine"]>, { grant: GrantView }>;
export type RightsView = Narrow<Sent<Schemas["Rights"]>, { lines: RightsLineView[] }>;
export type PermissionHolderView = Narrow<
  Sent<Schemas["PermissionHolder"]>,
  { lines: RightsLineView[] }
>;
export type GroupView = Sent<Schemas["Group"]>;
export type MemberView = Narrow<Sent<Schemas["Member"]>, { kind: HolderKind }>;
export type AdministratorDuty = "system" | "security" | "audit";
export type DutyShortfall = "part" | "scope" | "lent" | "ends" | "vouched_for" | "conflicting";
export type SeparationHolderView = Narrow<
  Sent<Schemas["SeparationHolder"]>,
  { shortfall: DutyShortfall | null }
>;
export type SeparationDutyView = Narrow<
  Sent<Schemas["SeparationDuty"]>,
  { duty: AdministratorDuty; holders: SeparationHolderView[] }
>;
export type SeparationView = Narrow<
  Sent<Schemas["Separation"]>,
  { duties: SeparationDutyView[] }
>;
export type EmergencyView = Narrow<Sent<Schemas["Emergency"]>, { scope: ScopeView }>;
export type ActivationView = Sent<Schemas["Activation"]>;
export type ReviewAbout = Narrow<Sent<Schemas["ReviewAbout"]>, { scope: ScopeView | null }>;
export type ReviewView = Narrow<Sent<Schemas["Review"]>, { about: ReviewAbout }>;
export type ReviewItemView = Narrow<
  Sent<Schemas["ReviewItem"]>,
  { scope: ScopeView; path: { kind: string; id: string; name: string }[] }
>;
export type FilterCompletion = Sent<Schemas["FilterCompletion"]>;
export type SavedQueryView = Sent<Schemas["SavedQuery"]>;
export type TagView = Sent<Schemas["Tag"]>;
export type ResourceImportView = Sent<Schemas["ResourceImport"]>;
export type ChangedFieldView = Narrow<Sent<Schemas["ChangedField"]>, { before: Json; after: Json }>;
export type ChangeStepView = Narrow<
  Sent<Schemas["ChangeStep"]>,
  { differences: ChangedFieldView[] }
>;
export type BulkPreviewView = Narrow<
  Sent<Schemas["BulkPreview"]>,
  { steps: ChangeStepView[] }
>;
export type FieldDifferenceView = Narrow<
  Sent<Schemas["FieldDifference"]>,
  { before: Json; after: Json }
>;
export type ResourceDifferenceView = Narrow<
  Sent<Schemas["ResourceDifference"]>,
  { fields: FieldDifferenceView[] }
>;
export type ResourceComingView = Narrow<
  Sent<Schemas["ResourceComingChange"]>,
  { fields: FieldDifferenceView[] }
>;
export type DirectoryComingView = Narrow<
  Sent<Schemas["DirectoryComingChange"]>,
  {
    noun: "unit" | "region" | "site" | "post" | "person" | "holding";
    turn: "begins" | "changes" | "ends";
    fields: FieldDifferenceView[];
  }
>;
export type ResourceVersionView = Narrow<
  Sent<Schemas["ResourceVersion"]>,
  { resource: ResourceView }
>;
export type ObservedValueView = Narrow<Sent<Schemas["ObservedValue"]>, { value: Json }>;
export type ResourceMergeView = Sent<Schemas["ResourceMerge"]>;
export type ReconciliationTaskView = Sent<Schemas["ReconciliationTask"]>;
export type ReconciliationDetailView = Narrow<
  Sent<Schemas["ReconciliationDetail"]>,
  { left: ResourceView; right: ResourceView }
>;
export type HarmName = "down" | "degraded" | "at-risk" | "fine";
export type AffectedView = Narrow<Sent<Schemas["AffectedResource"]>, { severity: HarmName }>;
export type ImpactView = Narrow<Sent<Schemas["Impact"]>, { affected: AffectedView[] }>;
export type RedundancyGroupView = Sent<Schemas["RedundancyGroup"]>;
export type PlannedChange = Schemas["PlannedChange"];
export type PlanState =
  | "draft"
  | "submitted"
  | "approved"
  | "rejected"
  | "applied"
  | "withdrawn";
export type PlanView = Narrow<
  Sent<Schemas["Plan"]>,
  { state: PlanState; changes: PlannedChange[] }
>;
export type PlanPreviewView = Narrow<
  Sent<Schemas["PlanPreview"]>,
  { steps: ChangeStepView[] }
>;

export type FactView = Narrow<
  Sent<Schemas["Fact"]>,
  { before: JsonObject | null; after: JsonObject | null; detail: JsonObject }
>;

export type CauseNode = Narrow<Sent<Schemas["Cause"]>, { fact: FactView }>;
export type CausesView = Narrow<Sent<Schemas["Causes"]>, { nodes: CauseNode[] }>;
export type JournalStatusView = Sent<Schemas["JournalStatus"]>;
export type WitnessedJournalView = Sent<Schemas["WitnessedJournal"]>;
export type SuspectsView = Sent<Schemas["Suspects"]>;

/** The part of JSON Schema that check specifications use. */
export interface SpecSchema {
  type?: string | string[];
  title?: string;
  "x-title-zh"?: string;
  description?: string;
  "x-description-zh"?: string;
  "x-unit"?: string;
  enum?: Json[];
  const?: Json;
  default?: Json;
  examples?: Json[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  format?: string;
  items?: SpecSchema;
  additionalProperties?: boolean | SpecSchema;
  properties?: { [name: string]: SpecSchema };
  required?: string[];
}
export type State = "ok" | "warning" | "critical" | "unknown" | "pending";
export type CheckProtocolView = Narrow<Sent<Schemas["CheckProtocol"]>, { schema: SpecSchema }>;
export type CheckFigure = Sent<Schemas["Figure"]>;
export type CheckStatus = Narrow<
  Sent<Schemas["CheckStatus"]>,
  { state: State; state_type: "soft" | "hard"; hard_state: State }
>;
export type CheckView = Narrow<
  Sent<Schemas["Check"]>,
  { spec: JsonObject; status: CheckStatus }
>;
export type CheckTrialView = Narrow<Sent<Schemas["CheckTrial"]>, { state: State }>;
export type CheckStateView = Narrow<Sent<Schemas["CheckStateOfResource"]>, { state: State }>;

export type Derive = "last" | "average" | "max" | "rate";
export type SeriesView = Narrow<
  Sent<Schemas["Series"]>,
  { labels: Labels; points: [number, number | null][] }
>;
export type SeriesAnswer = Narrow<Sent<Schemas["SeriesRange"]>, { series: SeriesView[] }>;
export type LatestView = Narrow<Sent<Schemas["LatestSample"]>, { labels: Labels }>;

export type FileSystemGlance = Sent<Schemas["FileSystemGlance"]>;
export type DiskGlance = Sent<Schemas["DiskGlance"]>;
export type InterfaceGlance = Sent<Schemas["InterfaceGlance"]>;
export type Glance = Sent<Schemas["Glance"]>;
export type HostView = Narrow<Sent<Schemas["Host"]>, { attributes: JsonObject }>;

export type DiscoveryState = "suggested" | "accepted" | "dismissed";
export type DiscoveredServiceView = Narrow<
  Sent<Schemas["DiscoveredService"]>,
  {
    proto: "tcp" | "udp";
    state: DiscoveryState;
    suggested_check: { protocol: string; spec: JsonObject } | null;
  }
>;

export type Severity = "critical" | "warning" | "info";
export type AlertView = Narrow<
  Sent<Schemas["Alert"]>,
  { severity: Severity; state: "open" | "closed"; labels: Labels }
>;
export type RuleCondition = Sent<Schemas["AlertCondition"]>;
export type CheckStateCondition = Extract<RuleCondition, { type: "check_state" }>;
export type ThresholdCondition = Extract<RuleCondition, { type: "threshold" }>;
export type RuleView = Narrow<Sent<Schemas["AlertRule"]>, { severity: Severity }>;

export type JobView = Narrow<Sent<Schemas["Job"]>, { last_outcome: "ok" | "failed" | null }>;
export type JobSchedule = Sent<Schemas["JobSchedule"]>;
export type JobSchedulePreview = Sent<Schemas["JobSchedulePreview"]>;
export type JobRunView = Narrow<Sent<Schemas["JobRun"]>, { outcome: "ok" | "failed" }>;
export type SettingView = Narrow<
  Sent<Schemas["Setting"]>,
  {
    source: "default" | "database" | "file" | "environment" | "flag";
    effect: "at_once" | "at_start" | "never";
  }
>;
export type ServerView = Sent<Schemas["Server"]>;

export type HitType =
  | "resource"
  | "check"
  | "alert"
  | "rule"
  | "user"
  | "job"
  | "person"
  | "unit"
  | "post"
  | "site"
  | "ticket"
  | "article";
export type SearchHit = Narrow<Sent<Schemas["Hit"]>, { type: HitType }>;
