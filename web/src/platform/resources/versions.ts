import type { Json, JsonObject, ResourceVersionView } from "../../api/contract";
import { differencesOf } from "../../kit/difference";

/** A version as people read it. */
export interface ReadVersion {
  version: ResourceVersionView;
  /** Until when it counts: its own end, or where a later record takes over; null: still. */
  until: string | null;
  /** A later record says otherwise of all its time. */
  corrected: boolean;
  /** What it says otherwise than the record before; null where that is not read yet. */
  fields: { field: string; before: Json; after: Json }[] | null;
}

const OF_THE_RECORD = new Set(["version", "created_at", "updated_at", "origins", "id"]);

function stateOf(version: ResourceVersionView): JsonObject {
  const all: JsonObject = JSON.parse(JSON.stringify(version.resource));
  return Object.fromEntries(Object.entries(all).filter(([name]) => !OF_THE_RECORD.has(name)));
}

/**
 * Versions as they come, the latest record first. Of two that cover a moment the later one counts,
 * so that an earlier one ends where a later one begins. `whole`: there are none before the last.
 */
export function readVersions(versions: ResourceVersionView[], whole: boolean): ReadVersion[] {
  return versions.map((version, at) => {
    const later = versions.slice(0, at);
    const from = Date.parse(version.valid_from);
    const end = version.valid_to ? Date.parse(version.valid_to) : Infinity;
    const covers = (one: ResourceVersionView) =>
      Date.parse(one.valid_from) <= from &&
      (one.valid_to ? Date.parse(one.valid_to) : Infinity) >= end;
    const cuts = later
      .map((one) => one.valid_from)
      .filter((begin) => Date.parse(begin) > from && Date.parse(begin) < end)
      .toSorted((one, other) => Date.parse(one) - Date.parse(other));
    const before = versions[at + 1];
    const fields = before
      ? differencesOf(stateOf(before), stateOf(version)).map((one) => ({
          field: one.path,
          before: one.before ?? null,
          after: one.after ?? null,
        }))
      : null;
    return {
      version,
      until: cuts[0] ?? version.valid_to ?? null,
      corrected: later.some(covers),
      fields: fields ?? (whole ? [] : null),
    };
  });
}
