import { lazy } from "react";
import type { ComponentType } from "react";

export interface PageRoute {
  path: string;
  Page: ComponentType;
}

/** The pages inside the frame, each loaded when first opened. Default exports without props. */
export const pages: PageRoute[] = [
  { path: "/", Page: lazy(() => import("./home/HomePage")) },
  { path: "/resources", Page: lazy(() => import("../platform/resources/ResourcesPage")) },
  { path: "/resources/:id", Page: lazy(() => import("../platform/resources/ResourcePage")) },
  {
    path: "/resources/:id/graph",
    Page: lazy(() => import("../platform/resources/GraphPage")),
  },
  { path: "/kinds", Page: lazy(() => import("../platform/resources/kinds/KindsPage")) },
  { path: "/plans", Page: lazy(() => import("../platform/resources/PlansPage")) },
  { path: "/plans/:id", Page: lazy(() => import("../platform/resources/PlanPage")) },
  { path: "/coming-changes", Page: lazy(() => import("../platform/coming/ComingPage")) },
  {
    path: "/reconciliation",
    Page: lazy(() => import("../platform/resources/ReconciliationPage")),
  },
  { path: "/checks", Page: lazy(() => import("../platform/probe/ChecksPage")) },
  { path: "/checks/:id", Page: lazy(() => import("../platform/probe/CheckPage")) },
  {
    path: "/services",
    Page: lazy(() => import("../subsystems/operations/services/ServicesPage")),
  },
  {
    path: "/incidents",
    Page: lazy(() => import("../subsystems/operations/alerts/incidents/IncidentsPage")),
  },
  {
    path: "/incidents/:id",
    Page: lazy(() => import("../subsystems/operations/alerts/incidents/IncidentPage")),
  },
  {
    path: "/silences",
    Page: lazy(() => import("../subsystems/operations/alerts/silences/SilencesPage")),
  },
  {
    path: "/watchdog",
    Page: lazy(() => import("../subsystems/operations/alerts/watchdog/WatchdogPage")),
  },
  {
    path: "/page-policies",
    Page: lazy(() => import("../subsystems/operations/alerts/policies/PoliciesPage")),
  },
  { path: "/alerts", Page: lazy(() => import("../subsystems/operations/alerts/AlertsPage")) },
  { path: "/alerts/:id", Page: lazy(() => import("../subsystems/operations/alerts/AlertPage")) },
  {
    path: "/alert-rules",
    Page: lazy(() => import("../subsystems/operations/alerts/RulesPage")),
  },
  {
    path: "/event-mapping",
    Page: lazy(() => import("../subsystems/operations/alerts/mapping/MappingPage")),
  },
  { path: "/tickets", Page: lazy(() => import("../subsystems/business/desk/TicketsPage")) },
  { path: "/ticket-figures", Page: lazy(() => import("../subsystems/business/desk/FiguresPage")) },
  { path: "/desk-set-up", Page: lazy(() => import("../subsystems/business/desk/DeskSetUpPage")) },
  {
    path: "/desk-set-up/new-type",
    Page: lazy(() => import("../subsystems/business/desk/types/TypePage")),
  },
  {
    path: "/desk-set-up/types/:key",
    Page: lazy(() => import("../subsystems/business/desk/types/TypePage")),
  },
  {
    path: "/mailboxes",
    Page: lazy(() => import("../subsystems/business/desk/mailboxes/MailboxesPage")),
  },
  { path: "/mails", Page: lazy(() => import("../subsystems/business/desk/mails/MailsPage")) },
  { path: "/hotline", Page: lazy(() => import("../subsystems/business/desk/hotline/HotlinePage")) },
  { path: "/tickets/new", Page: lazy(() => import("../subsystems/business/desk/NewTicketPage")) },
  {
    path: "/major-incidents",
    Page: lazy(() => import("../subsystems/business/desk/majors/MajorsPage")),
  },
  {
    path: "/canned-replies",
    Page: lazy(() => import("../subsystems/business/desk/replies/CannedPage")),
  },
  {
    path: "/publications",
    Page: lazy(() => import("../subsystems/business/desk/publications/PublicationsPage")),
  },
  { path: "/tickets/:id", Page: lazy(() => import("../subsystems/business/desk/TicketPage")) },
  { path: "/campaigns", Page: lazy(() => import("../subsystems/business/clients/CampaignsPage")) },
  {
    path: "/campaigns/:id",
    Page: lazy(() => import("../subsystems/business/clients/CampaignPage")),
  },
  { path: "/knowledge", Page: lazy(() => import("../subsystems/daily/knowledge/KnowledgePage")) },
  { path: "/knowledge/:id", Page: lazy(() => import("../subsystems/daily/knowledge/ReadPage")) },
  { path: "/articles", Page: lazy(() => import("../subsystems/daily/knowledge/ArticlesPage")) },
  { path: "/articles/:id", Page: lazy(() => import("../subsystems/daily/knowledge/ArticlePage")) },
  { path: "/duty", Page: lazy(() => import("../subsystems/daily/duty/DutyPage")) },
  { path: "/duty/new", Page: lazy(() => import("../subsystems/daily/duty/RosterEditPage")) },
  { path: "/duty/:id/edit", Page: lazy(() => import("../subsystems/daily/duty/RosterEditPage")) },
  { path: "/my-duty", Page: lazy(() => import("../subsystems/daily/duty/MyDutyPage")) },
  { path: "/hand-overs", Page: lazy(() => import("../subsystems/daily/duty/HandOversPage")) },
  { path: "/escalation", Page: lazy(() => import("../subsystems/daily/duty/EscalationPage")) },
  { path: "/rounds", Page: lazy(() => import("../subsystems/daily/duty/rounds/RoundsPage")) },
  { path: "/rounds/:id", Page: lazy(() => import("../subsystems/daily/duty/rounds/RoundPage")) },
  {
    path: "/inspections",
    Page: lazy(() => import("../subsystems/daily/duty/inspections/InspectionsPage")),
  },
  {
    path: "/inspections/new",
    Page: lazy(() => import("../subsystems/daily/duty/inspections/InspectionEditPage")),
  },
  {
    path: "/inspections/:id",
    Page: lazy(() => import("../subsystems/daily/duty/inspections/InspectionPage")),
  },
  {
    path: "/inspections/:id/edit",
    Page: lazy(() => import("../subsystems/daily/duty/inspections/InspectionEditPage")),
  },
  {
    path: "/inspections/:id/course",
    Page: lazy(() => import("../subsystems/daily/duty/inspections/CoursePage")),
  },
  {
    path: "/inspection-figures",
    Page: lazy(() => import("../subsystems/daily/duty/inspections/FiguresPage")),
  },
  {
    path: "/work-plans",
    Page: lazy(() => import("../subsystems/daily/duty/workplans/WorkPlansPage")),
  },
  { path: "/duty-import", Page: lazy(() => import("../subsystems/daily/duty/imports/ImportPage")) },
  { path: "/explore", Page: lazy(() => import("../platform/prometheus/ExplorePage")) },
  { path: "/cardinality", Page: lazy(() => import("../platform/prometheus/CardinalityPage")) },
  { path: "/storage", Page: lazy(() => import("../platform/prometheus/StoragePage")) },
  { path: "/forwarding", Page: lazy(() => import("../platform/remote/ForwardingPage")) },
  { path: "/journal", Page: lazy(() => import("../platform/journal/JournalPage")) },
  { path: "/jobs", Page: lazy(() => import("../platform/jobs/JobsPage")) },
  { path: "/units", Page: lazy(() => import("../platform/directory/units/UnitsPage")) },
  { path: "/units/:id", Page: lazy(() => import("../platform/directory/units/UnitsPage")) },
  { path: "/posts", Page: lazy(() => import("../platform/directory/people/PostsPage")) },
  { path: "/people", Page: lazy(() => import("../platform/directory/people/PeoplePage")) },
  { path: "/people/:id", Page: lazy(() => import("../platform/directory/people/PersonPage")) },
  { path: "/places", Page: lazy(() => import("../platform/directory/places/PlacesPage")) },
  { path: "/directory-import", Page: lazy(() => import("../platform/directory/ImportPage")) },
  {
    path: "/directory-sources",
    Page: lazy(() => import("../platform/directory/sources/SourcesPage")),
  },
  { path: "/users", Page: lazy(() => import("../platform/access/UsersPage")) },
  { path: "/users/:id", Page: lazy(() => import("../platform/access/UserPage")) },
  { path: "/groups", Page: lazy(() => import("../platform/access/groups/GroupsPage")) },
  { path: "/groups/:id", Page: lazy(() => import("../platform/access/groups/GroupPage")) },
  { path: "/roles", Page: lazy(() => import("../platform/access/roles/RolesPage")) },
  { path: "/grants", Page: lazy(() => import("../platform/access/grants/GrantsPage")) },
  { path: "/holders", Page: lazy(() => import("../platform/access/grants/HoldersPage")) },
  {
    path: "/separation",
    Page: lazy(() => import("../platform/access/oversight/SeparationPage")),
  },
  {
    path: "/emergencies",
    Page: lazy(() => import("../platform/access/oversight/EmergenciesPage")),
  },
  { path: "/reviews", Page: lazy(() => import("../platform/access/oversight/ReviewsPage")) },
  { path: "/reviews/:id", Page: lazy(() => import("../platform/access/oversight/ReviewPage")) },
  {
    path: "/providers",
    Page: lazy(() => import("../platform/access/providers/ProvidersPage")),
  },
  { path: "/tokens", Page: lazy(() => import("../platform/access/TokensPage")) },
  { path: "/profile", Page: lazy(() => import("../platform/access/ProfilePage")) },
  { path: "/secrets", Page: lazy(() => import("../platform/vault/SecretsPage")) },
  { path: "/messages", Page: lazy(() => import("../platform/notify/MessagesPage")) },
  { path: "/messages/:id", Page: lazy(() => import("../platform/notify/MessagePage")) },
  { path: "/templates", Page: lazy(() => import("../platform/notify/TemplatesPage")) },
  { path: "/templates/:name/edit", Page: lazy(() => import("../platform/notify/TemplatePage")) },
  { path: "/notifications", Page: lazy(() => import("../platform/notify/NotificationsPage")) },
  { path: "/channels", Page: lazy(() => import("../platform/notify/ChannelsPage")) },
  { path: "/settings", Page: lazy(() => import("../platform/server/SettingsPage")) },
];

/** The pages for everybody, outside of the frame: whoever opens them need not sign in. */
export const openPages: PageRoute[] = [
  { path: "/enquiry", Page: lazy(() => import("../subsystems/business/desk/enquiry/EnquiryPage")) },
  {
    path: "/enquiry/status",
    Page: lazy(() => import("../subsystems/business/desk/enquiry/StatusPage")),
  },
  {
    path: "/enquiry/answers",
    Page: lazy(() => import("../subsystems/business/desk/enquiry/PublishedPage")),
  },
];
