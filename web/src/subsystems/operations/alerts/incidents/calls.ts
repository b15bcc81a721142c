import type { IncidentPageView } from "../../../../api/contract";

/** How many of those who were told were told by a message, and how many by the call of a chain. */
export interface Told {
  messages: number;
  calls: number;
  /** Calls that somebody answered. */
  answered: number;
}

/** What went out because something is wrong: the news that it is over is not counted. */
export function toldOf(pages: IncidentPageView[]): Told {
  const alarms = pages.filter((one) => one.occasion !== "resolved");
  const calls = alarms.filter((one) => one.call !== null && one.call.state !== "not_started");
  return {
    messages: alarms.filter((one) => one.call === null).length,
    calls: calls.length,
    answered: calls.filter((one) => one.call?.state === "answered").length,
  };
}
