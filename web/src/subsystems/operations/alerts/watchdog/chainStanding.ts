import type { WatchdogView } from "../../../../api/contract";

/** How the way from a sample to a person stands, as far as anybody looks at it. */
export type ChainStanding = "works" | "broken" | "waiting" | "unwatched";

/**
 * Rounds are noted only while somebody watches: without that nobody can say that it works. That
 * messages wait in vain is known all the same.
 */
export function chainStanding(watchdog: {
  chain: Pick<WatchdogView["chain"], "breaks" | "waiting_since">;
  outside: Pick<WatchdogView["outside"], "enabled">;
  heartbeat: Pick<WatchdogView["heartbeat"], "enabled">;
}): ChainStanding {
  const { chain, outside, heartbeat } = watchdog;
  if (chain.breaks.length > 0) return "broken";
  if (outside.enabled || heartbeat.enabled) return "works";
  return chain.waiting_since === null ? "unwatched" : "waiting";
}
