import type { Said } from "../../../kit/say";
import { fill } from "../../../kit/say";
import type { words } from "./words";

interface Step {
  kind: string;
  name: string;
}

/** The way from a user to a grant, in words. */
export function wayWords(said: Said<typeof words>, path: readonly Step[]): string {
  if (path.length === 0) return said.way_direct;
  return path
    .map(({ kind, name }) => {
      if (kind === "post") return fill(said.way_post, { name });
      return fill(kind === "group" ? said.way_group : said.way_delegation, { name });
    })
    .join(" → ");
}

/** Why a line counts or does not; reasons that are not known are shown as they are. */
export function standingWords(said: Said<typeof words>, standing: string): string {
  const known = new Map<string, string>([
    ["effective", said.standing_effective],
    ["not_yet", said.standing_not_yet],
    ["separated", said.standing_separated],
    ["conflicting", said.standing_conflicting],
    ["source_gone", said.standing_source_gone],
    ["scope_gone", said.standing_scope_gone],
  ]);
  return known.get(standing) ?? standing;
}
