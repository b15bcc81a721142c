import type { FoundView } from "../../../../api/contract";
import type { Point } from "../../../../kit/align";

/**
 * The readings of an item over time, the oldest first. Of the answers of one round the last that
 * came in counts; what comes in is listed the newest first.
 */
export function courseOf(found: readonly FoundView[]): Point[] {
  const counted = new Map<string, FoundView>();
  for (const one of found) if (!counted.has(one.round_id)) counted.set(one.round_id, one);
  return [...counted.values()]
    .flatMap(({ found_at, value }): Point[] =>
      typeof value === "number" ? [[Date.parse(found_at), value]] : [],
    )
    .toSorted(([one], [other]) => one - other);
}
