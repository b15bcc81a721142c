import type { WorkState } from "../../../../api/contract";
import type { Tone } from "../../../../kit/StateTag";

/** How each state of an item looks. */
export const TONES: Record<WorkState, Tone> = {
  open: "pending",
  doing: "running",
  done: "ok",
  dropped: "disabled",
  carried: "info",
};
