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
  reconciliation: () => "/reconciliation",
  checks: (view: View = {}) => withView("/checks", view),
  check: (id: string) => `/checks/${encodeURIComponent(id)}`,
  services: (view: View = {}) => withView("/services", view),
  alerts: (view: View = {}) => withView("/alerts", view),
  alert: (id: string) => `/alerts/${encodeURIComponent(id)}`,
  alertRules: () => "/alert-rules",
  journal: (view: View = {}) => withView("/journal", view),
  jobs: () => "/jobs",
  users: () => "/users",
  tokens: () => "/tokens",
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
    case "alert_rule":
    case "rule":
      return paths.alertRules();
    case "service":
    case "discovered_service":
      return paths.services();
    case "job":
      return paths.jobs();
    case "user":
      return paths.users();
    case "token":
      return paths.tokens();
    case "plan":
      return paths.plan(subject.id);
    case "kind":
    case "relation_kind":
      return paths.kinds();
    case "resource":
      return paths.resource(subject.id);
    default:
      return null;
  }
}
