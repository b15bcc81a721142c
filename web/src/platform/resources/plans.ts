import type { PlannedChange, PlanState } from "../../api/contract";
import type { Said } from "../../kit/say";
import type { Tone } from "../../kit/StateTag";
import type { words } from "./words";

export const PLAN_STATES: PlanState[] = [
  "draft",
  "submitted",
  "approved",
  "rejected",
  "applied",
  "withdrawn",
];

export const PLAN_TONE: Record<PlanState, Tone> = {
  draft: "pending",
  submitted: "running",
  approved: "info",
  rejected: "failed",
  applied: "ok",
  withdrawn: "disabled",
};

/** A planned change in a few words, before the server has said what it would do. */
export function changeWords(said: Said<typeof words>, change: PlannedChange): string {
  switch (change.do) {
    case "create":
      return `${said.step_create}: ${change.resource.name}`;
    case "change":
      return `${said.step_change}: ${change.resource}`;
    case "retire":
      return `${said.retire}: ${change.resource}`;
    case "relate":
      return `${change.from} ${change.relation} ${change.to}`;
    default:
      return `${said.plan_unrelate}: ${change.relation}`;
  }
}
