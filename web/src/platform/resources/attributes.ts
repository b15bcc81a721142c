import type { Json, JsonObject } from "../../api/contract";

/** The values of the attributes that a form has fields for. */
export function plainAttributes(all: JsonObject, names: string[]): JsonObject {
  const kept = names.flatMap((name) => {
    const value = all[name];
    return value === undefined || value === null || typeof value === "object"
      ? []
      : [[name, value] satisfies [string, Json]];
  });
  return Object.fromEntries(kept);
}

/** What a form changed: new values, and null for those that were emptied. */
export function changedAttributes(
  old: JsonObject,
  typed: JsonObject,
  names: string[],
): JsonObject {
  const changed: JsonObject = {};
  for (const name of names) {
    const before = old[name];
    const now = typed[name];
    const emptied = now === undefined || now === null || now === "";
    if (emptied) {
      if (before !== undefined && before !== null && typeof before !== "object") {
        changed[name] = null;
      }
    } else if (now !== before) {
      changed[name] = now;
    }
  }
  return changed;
}
