import type { JsonObject } from "../../api/contract";
import { differencesOf } from "../../kit/difference";
import type { Difference } from "../../kit/difference";

/** When something is so and was known; not what it is. */
const ABOUT_THE_RECORD = new Set([
  "valid_from",
  "valid_to",
  "recorded_at",
  "superseded_at",
  "version",
]);

export interface RecordedChange {
  /** There is nothing before it. */
  first: boolean;
  /** What it says otherwise than the record before; nothing when only its times are other. */
  fields: Difference[];
}

/** A record without its times. */
function stateOf(record: object): JsonObject {
  const all: JsonObject = JSON.parse(JSON.stringify(record));
  const kept = Object.entries(all).filter(([name]) => !ABOUT_THE_RECORD.has(name));
  return Object.fromEntries(kept);
}

/** What each record of one thing changes, by the record; they come in the order of recording. */
export function recordedChanges<T extends object>(records: T[]): Map<T, RecordedChange> {
  return new Map(
    records.map((record, at) => {
      const before = records[at - 1];
      const fields = before ? differencesOf(stateOf(before), stateOf(record)) : [];
      return [record, { first: before === undefined, fields }];
    }),
  );
}
