import type { RoundState } from "../../../../api/contract";
import type { Tone } from "../../../../kit/StateTag";

/** How each state of a round looks. */
export const STATE_TONES: Record<RoundState, Tone> = {
  due: "pending",
  started: "running",
  finished: "ok",
  missed: "critical",
};
