import type { FactView, Json } from "../../api/contract";

/** Fields of a fact that tell of what was until then. */
const UNTIL_THEN = new Set(["from", "units"]);

/** How long the server may take to do what was asked for. */
const ASKED_WITHIN_MS = 60_000;

function momentOf(value: Json | undefined): number {
  return typeof value === "string" ? Date.parse(value) || 0 : 0;
}

/**
 * The moments whose names a fact means: the last one at which it was as before, and the first one
 * at which it is so. What was told ahead of time is so from a later day.
 */
export function momentsOf(fact: Pick<FactView, "at" | "detail">): { before: string; after: string } {
  const at = Date.parse(fact.at);
  const from = momentOf(fact.detail["effective_at"]);
  // What is so "from now on" is so from the moment at which it was asked for.
  const asked = from < at && at - from < ASKED_WITHIN_MS ? from : at;
  // The server knows times more finely: what is so from this moment is so a moment later, too.
  const after = Math.max(at, from) + 1;
  return { before: new Date(asked - 1).toISOString(), after: new Date(after).toISOString() };
}

/** The moment whose names a field of a fact's detail means. */
export function momentOfField(fact: Pick<FactView, "at" | "detail">, field: string): string {
  const { before, after } = momentsOf(fact);
  return UNTIL_THEN.has(field) ? before : after;
}
