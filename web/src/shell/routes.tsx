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
  { path: "/alerts", Page: lazy(() => import("../subsystems/operations/alerts/AlertsPage")) },
  { path: "/alerts/:id", Page: lazy(() => import("../subsystems/operations/alerts/AlertPage")) },
  {
    path: "/alert-rules",
    Page: lazy(() => import("../subsystems/operations/alerts/RulesPage")),
  },
  { path: "/journal", Page: lazy(() => import("../platform/journal/JournalPage")) },
  { path: "/jobs", Page: lazy(() => import("../platform/jobs/JobsPage")) },
  { path: "/users", Page: lazy(() => import("../platform/access/UsersPage")) },
  { path: "/tokens", Page: lazy(() => import("../platform/access/TokensPage")) },
  { path: "/profile", Page: lazy(() => import("../platform/access/ProfilePage")) },
  { path: "/secrets", Page: lazy(() => import("../platform/vault/SecretsPage")) },
  { path: "/settings", Page: lazy(() => import("../platform/server/SettingsPage")) },
];
