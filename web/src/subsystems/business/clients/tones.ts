import type { CampaignState, MachineState } from "../../../api/contract";
import type { Tone } from "../../../kit/StateTag";

/** How each state of a campaign looks. */
export const CAMPAIGN_TONES: Record<CampaignState, Tone> = {
  planned: "pending",
  running: "running",
  finished: "ok",
  cancelled: "disabled",
};

/** How each state of a machine looks. */
export const MACHINE_TONES: Record<MachineState, Tone> = {
  planned: "pending",
  in_progress: "running",
  done: "ok",
  failed: "failed",
  skipped: "disabled",
};
