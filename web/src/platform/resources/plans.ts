import type { PlanState } from "../../api/contract";
import type { Tone } from "../../kit/StateTag";

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
