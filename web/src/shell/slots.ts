import { lazy } from "react";
import type { ResourceSlot } from "../platform/resources/slots";

/** What each folder adds to the page of every resource, each loaded when first needed. */
export const resourceSlots: ResourceSlot[] = [
  {
    key: "host",
    place: "live",
    needs: "host.read",
    kind: "host",
    Part: lazy(() => import("../subsystems/operations/devices/HostFigures")),
  },
  {
    key: "coming",
    place: "main",
    needs: "resource.read",
    Part: lazy(() => import("../platform/coming/ResourceComing")),
  },
  {
    key: "checks",
    place: "main",
    needs: "check.read",
    Part: lazy(() => import("../platform/probe/ResourceChecks")),
  },
  {
    key: "alerts",
    place: "side",
    needs: "alert.read",
    Part: lazy(() => import("../subsystems/operations/alerts/ResourceAlerts")),
  },
  {
    key: "services",
    place: "main",
    needs: "discovery.read",
    kind: "host",
    Part: lazy(() => import("../subsystems/operations/services/HostServices")),
  },
  {
    key: "observed",
    place: "main",
    needs: "resource.read",
    Part: lazy(() => import("../platform/resources/ObservedCard")),
  },
  {
    key: "attachments",
    place: "side",
    needs: "attachment.read",
    Part: lazy(() => import("../platform/vault/ResourceAttachments")),
  },
  {
    key: "history",
    place: "below",
    needs: "resource.read",
    Part: lazy(() => import("../platform/resources/HistoryCard")),
  },
  {
    key: "before",
    place: "below",
    needs: "journal.read",
    Part: lazy(() => import("../platform/journal/ResourceBefore")),
  },
  {
    key: "journal",
    place: "below",
    needs: "journal.read",
    Part: lazy(() => import("../platform/resources/ResourceJournal")),
  },
];
