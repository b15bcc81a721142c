import type { Json, JsonObject } from "../api/contract";

export interface Difference {
  path: string;
  before: Json | undefined;
  after: Json | undefined;
}

/** True for a JSON object, not for lists and null. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function collect(path: string, before: Json | undefined, after: Json | undefined): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const nested = isObject(before) || isObject(after);
  const apart =
    (before !== undefined && !isObject(before)) || (after !== undefined && !isObject(after));
  if (!nested || (apart && path !== "")) return [{ path, before, after }];
  const old = isObject(before) ? before : {};
  const fresh = isObject(after) ? after : {};
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
  return names.flatMap((name) =>
    collect(path === "" ? name : `${path}.${name}`, old[name], fresh[name]),
  );
}

/** What differs between two states of a thing, by dotted path; null is a thing not there. */
export function differencesOf(before: JsonObject | null, after: JsonObject | null): Difference[] {
  return collect("", before ?? {}, after ?? {});
}
