import { expect, it } from "vitest";
import { drillOf } from "./drill";

const OF = { from: "2026-03-01", to: "", type: "request" };

it("a figure leads to the tickets that it counts", () => {
  expect(drillOf("overdue", OF, { by: "unit", key: "7" })).toEqual({
    ...OF,
    list: "overdue",
    unit_id: "7",
  });
  expect(drillOf("broken", OF, { by: "type", key: "incident" })).toEqual({
    ...OF,
    type: "incident",
    list: "every",
    kept: "false",
  });
  expect(drillOf("open", OF, null)).toEqual(OF);
});

it("what the list cannot be narrowed to leads nowhere", () => {
  expect(drillOf("opened", OF, { by: "channel", key: "phone" })).toBeNull();
  expect(drillOf("opened", OF, { by: "region", key: "" })).toBeNull();
});
