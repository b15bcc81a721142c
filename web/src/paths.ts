/** Where a tab of the alerts page starts; more view state is added by the page itself. */
type View = Record<string, string | undefined>;

function withView(path: string, view: View): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(view)) if (value) search.set(name, value);
  const tail = search.toString();
  return tail ? `${path}?${tail}` : path;
}

/** The only place where addresses of pages are made. */
export const paths = {
  home: () => "/",
  resources: (view: View = {}) => withView("/resources", view),
  resource: (id: string) => `/resources/${encodeURIComponent(id)}`,
  resourceGraph: (id: string) => `/resources/${encodeURIComponent(id)}/graph`,
  kinds: () => "/kinds",
  plans: (view: View = {}) => withView("/plans", view),
  plan: (id: string) => `/plans/${encodeURIComponent(id)}`,
  coming: (view: View = {}) => withView("/coming-changes", view),
  reconciliation: () => "/reconciliation",
  checks: (view: View = {}) => withView("/checks", view),
  check: (id: string) => `/checks/${encodeURIComponent(id)}`,
  services: (view: View = {}) => withView("/services", view),
  alerts: (view: View = {}) => withView("/alerts", view),
  incidents: (view: View = {}) => withView("/incidents", view),
  incident: (id: string) => `/incidents/${encodeURIComponent(id)}`,
  silences: () => "/silences",
  pagePolicies: () => "/page-policies",
  watchdog: () => "/watchdog",
  alert: (id: string) => `/alerts/${encodeURIComponent(id)}`,
  alertRules: () => "/alert-rules",
  eventMapping: () => "/event-mapping",
  tickets: (view: View = {}) => withView("/tickets", view),
  ticketFigures: (view: View = {}) => withView("/ticket-figures", view),
  deskSetUp: () => "/desk-set-up",
  ticketType: (key: string) => `/desk-set-up/types/${encodeURIComponent(key)}`,
  ticketTypeNew: (view: View = {}) => withView("/desk-set-up/new-type", view),
  mailboxes: () => "/mailboxes",
  mails: (view: View = {}) => withView("/mails", view),
  hotline: (view: View = {}) => withView("/hotline", view),
  enquiry: (view: View = {}) => withView("/enquiry", view),
  enquiryStatus: () => "/enquiry/status",
  publishedAnswers: () => "/enquiry/answers",
  ticketNew: () => "/tickets/new",
  majorIncidents: () => "/major-incidents",
  cannedReplies: () => "/canned-replies",
  publications: (view: View = {}) => withView("/publications", view),
  ticket: (id: string) => `/tickets/${encodeURIComponent(id)}`,
  campaigns: (view: View = {}) => withView("/campaigns", view),
  knowledge: (view: View = {}) => withView("/knowledge", view),
  knowledgeArticle: (id: string) => `/knowledge/${encodeURIComponent(id)}`,
  articles: (view: View = {}) => withView("/articles", view),
  article: (id: string) => `/articles/${encodeURIComponent(id)}`,
  campaign: (id: string) => `/campaigns/${encodeURIComponent(id)}`,
  duty: (view: View = {}) => withView("/duty", view),
  rosterNew: () => "/duty/new",
  rosterEdit: (id: string) => `/duty/${encodeURIComponent(id)}/edit`,
  myDuty: () => "/my-duty",
  handOvers: (view: View = {}) => withView("/hand-overs", view),
  escalation: () => "/escalation",
  rounds: (view: View = {}) => withView("/rounds", view),
  round: (id: string, view: View = {}) => withView(`/rounds/${encodeURIComponent(id)}`, view),
  inspections: () => "/inspections",
  inspectionNew: () => "/inspections/new",
  inspection: (id: string) => `/inspections/${encodeURIComponent(id)}`,
  inspectionEdit: (id: string) => `/inspections/${encodeURIComponent(id)}/edit`,
  inspectionItem: (id: string, item: string) =>
    withView(`/inspections/${encodeURIComponent(id)}/course`, { item }),
  inspectionFigures: (view: View = {}) => withView("/inspection-figures", view),
  workPlans: (view: View = {}) => withView("/work-plans", view),
  dutyImport: () => "/duty-import",
  explore: (view: View = {}) => withView("/explore", view),
  cardinality: (view: View = {}) => withView("/cardinality", view),
  storage: () => "/storage",
  forwarding: () => "/forwarding",
  journal: (view: View = {}) => withView("/journal", view),
  jobs: () => "/jobs",
  units: (view: View = {}) => withView("/units", view),
  unit: (id: string, view: View = {}) => withView(`/units/${encodeURIComponent(id)}`, view),
  posts: (view: View = {}) => withView("/posts", view),
  people: (view: View = {}) => withView("/people", view),
  person: (id: string, view: View = {}) => withView(`/people/${encodeURIComponent(id)}`, view),
  places: (view: View = {}) => withView("/places", view),
  directoryImport: () => "/directory-import",
  directorySources: () => "/directory-sources",
  users: () => "/users",
  user: (id: string) => `/users/${encodeURIComponent(id)}`,
  groups: () => "/groups",
  group: (id: string) => `/groups/${encodeURIComponent(id)}`,
  roles: () => "/roles",
  grants: (view: View = {}) => withView("/grants", view),
  holders: (view: View = {}) => withView("/holders", view),
  separation: () => "/separation",
  emergencies: () => "/emergencies",
  reviews: () => "/reviews",
  review: (id: string) => `/reviews/${encodeURIComponent(id)}`,
  providers: () => "/providers",
  tokens: () => "/tokens",
  secrets: (view: View = {}) => withView("/secrets", view),
  channels: () => "/channels",
  messages: (view: View = {}) => withView("/messages", view),
  message: (id: string) => `/messages/${encodeURIComponent(id)}`,
  templates: () => "/templates",
  // The server takes an address that ends in a dot and letters for a file.
  template: (name: string) => `/templates/${encodeURIComponent(name)}/edit`,
  notifications: (view: View = {}) => withView("/notifications", view),
  settings: () => "/settings",
  profile: () => "/profile",
  signIn: (back?: string) => withView("/sign-in", { back }),
  firstRun: () => "/first-run",
} as const;

/** The page of a thing that a fact, a hit or an alert names, or null when it has none. */
export function pathOf(subject: { kind: string; id: string }): string | null {
  switch (subject.kind) {
    case "check":
      return paths.check(subject.id);
    case "alert":
      return paths.alert(subject.id);
    case "incident":
      return paths.incident(subject.id);
    case "incident_lesson":
      return paths.incidents();
    case "silence":
      return paths.silences();
    case "page_policy":
      return paths.pagePolicies();
    case "watchdog":
      return paths.watchdog();
    case "destination":
      return paths.forwarding();
    case "event_mapping":
      return paths.eventMapping();
    case "alert_rule":
    case "rule":
      return paths.alertRules();
    case "ticket_type":
    case "sla_policy":
      return paths.deskSetUp();
    case "canned_reply":
      return paths.cannedReplies();
    case "ticket":
      return paths.ticket(subject.id);
    case "mailbox":
      return paths.mailboxes();
    case "mail":
      return paths.mails();
    case "campaign":
      return paths.campaign(subject.id);
    case "article":
      return paths.knowledgeArticle(subject.id);
    case "roster":
    case "duty":
      return paths.duty({ roster: subject.id });
    case "leave":
    case "swap":
    case "duty_feed":
      return paths.myDuty();
    case "hand_over":
      return paths.handOvers();
    case "chain":
    case "call":
      return paths.escalation();
    case "inspection":
      return paths.inspection(subject.id);
    case "round":
      return paths.round(subject.id);
    case "work_item":
      return paths.workPlans();
    case "service":
    case "discovered_service":
      return paths.services();
    case "job":
      return paths.jobs();
    case "unit":
      return paths.unit(subject.id);
    case "post":
      return paths.posts();
    case "person":
      return paths.person(subject.id);
    case "region":
    case "site":
      return paths.places();
    case "user":
      return paths.user(subject.id);
    case "group":
      return paths.group(subject.id);
    case "role":
      return paths.roles();
    case "grant":
      return paths.grants();
    case "review":
      return paths.review(subject.id);
    case "emergency":
    case "activation":
      return paths.emergencies();
    case "token":
      return paths.tokens();
    case "plan":
      return paths.plan(subject.id);
    case "kind":
    case "relation_kind":
      return paths.kinds();
    case "secret":
    case "vault":
      return paths.secrets();
    case "channel":
      return paths.channels();
    case "message":
      return paths.message(subject.id);
    case "template":
      return paths.templates();
    case "setting":
      return paths.settings();
    case "resource":
      return paths.resource(subject.id);
    default:
      return null;
  }
}
