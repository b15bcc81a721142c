import type { PhoneCallState, PhoneCallView } from "../../../../api/contract";
import type { Tone } from "../../../../kit/StateTag";

export const TONES: Record<PhoneCallState, Tone> = {
  ringing: "warning",
  talking: "running",
  ended: "disabled",
  missed: "critical",
};

/** A call whose end the exchange never told is not shown as going on for ever. */
const GOES_ON_MS = 4 * 3_600_000;

/** The number of whoever is outside. */
export function outsideOf(call: PhoneCallView): string {
  return call.direction === "in" ? call.from : call.to;
}

/** Whether somebody rings or talks at `now_ms`. */
export function goesOn(call: PhoneCallView, now_ms: number): boolean {
  const on = call.state === "ringing" || call.state === "talking";
  return on && now_ms - Date.parse(call.began_at) < GOES_ON_MS;
}

/** For how many seconds was talked; null: not at all, or still. */
export function talkedOf(call: PhoneCallView): number | null {
  if (call.answered_at === null || call.ended_at === null) return null;
  return Math.max(0, (Date.parse(call.ended_at) - Date.parse(call.answered_at)) / 1000);
}
