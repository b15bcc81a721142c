import { expect, it } from "vitest";
import type { ResourceVersionView, ResourceView } from "../../api/contract";
import { readVersions } from "./versions";

const RESOURCE: ResourceView = {
  id: "r",
  kind: "host",
  name: "db1",
  description: "",
  attributes: {},
  origins: {},
  source: "manual",
  life_cycle: "in-use",
  unit_id: null,
  region_id: null,
  merged_into: null,
  confidence: 100,
  tags: [],
  retired: false,
  version: 1,
  created_at: "2026-11-01T00:00:00Z",
  updated_at: "2026-11-01T00:00:00Z",
};

function version(entry: number, from: string, resource: Partial<ResourceView>): ResourceVersionView {
  return {
    entry,
    recorded_at: from,
    recorded_by: "ada",
    valid_from: from,
    valid_to: null,
    resource: { ...RESOURCE, version: entry, ...resource },
  };
}

it("a version ends where the next begins, and says what it changed", () => {
  const first = version(1, "2026-11-01T00:00:00Z", {});
  const second = version(2, "2026-11-02T00:00:00Z", { unit_id: "north", description: "main" });
  const [now, before] = readVersions([second, first], true);
  expect([now?.until, before?.until]).toEqual([null, "2026-11-02T00:00:00Z"]);
  expect(now?.fields?.map((one) => one.field).toSorted()).toEqual(["description", "unit_id"]);
  expect(before?.fields).toEqual([]);
  expect([now?.corrected, before?.corrected]).toEqual([false, false]);
});

it("what a later record says of the whole time is corrected", () => {
  const first = version(1, "2026-11-02T00:00:00Z", {});
  const back = version(2, "2026-11-01T00:00:00Z", { name: "db2" });
  expect(readVersions([back, first], true).map((one) => one.corrected)).toEqual([false, true]);
});

it("what the oldest one read changed is not known while more are to be read", () => {
  expect(readVersions([version(3, "2026-11-03T00:00:00Z", {})], false)[0]?.fields).toBeNull();
});
