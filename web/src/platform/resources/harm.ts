import type { HarmName } from "../../api/contract";
import type { Tone } from "../../kit/StateTag";

/** How a harm is shown; never by colour alone, its word stands beside it. */
export const HARM_TONE: Record<HarmName, Tone> = {
  down: "critical",
  degraded: "warning",
  "at-risk": "unknown",
  fine: "ok",
};
