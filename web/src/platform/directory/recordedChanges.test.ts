import { expect, it } from "vitest";
import { recordedChanges } from "./recordedChanges";

const TIMES = { valid_from: "2016-01-01", valid_to: null, recorded_at: "2026-01-01", version: 1 };

it("says what each record changes, and when only its times are other", () => {
  const first = { ...TIMES, name: "Lin", unit_id: "north" };
  const closed = { ...first, valid_to: "2026-12-15", version: 2 };
  const moved = { ...first, valid_from: "2026-12-15", unit_id: "south", version: 2 };
  const changes = recordedChanges([first, closed, moved]);
  expect(changes.get(first)).toEqual({ first: true, fields: [] });
  expect(changes.get(closed)).toEqual({ first: false, fields: [] });
  expect(changes.get(moved)).toEqual({
    first: false,
    fields: [{ path: "unit_id", before: "north", after: "south" }],
  });
});
