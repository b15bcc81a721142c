import { expect, it } from "vitest";
import type { UnitView } from "../../api/contract";
import { differencesBetween, pathTo, treeOf } from "./unitTree";

function unit(id: string, parent_id: string | null, name = id): UnitView {
  return {
    id,
    parent_id,
    code: id,
    kind: "",
    name: { en: name, zh: name },
    short_name: "",
    region_id: null,
    recorded_at: "2026-01-01T00:00:00Z",
    superseded_at: null,
    valid_from: "2026-01-01T00:00:00Z",
    valid_to: null,
    version: 1,
  };
}

it("a unit whose parent cannot be seen stands at the top", () => {
  const tops = treeOf([unit("b", "a"), unit("c", "b")]);
  expect(tops.map((node) => node.unit.id)).toEqual(["b"]);
  expect(tops[0]?.children.map((node) => node.unit.id)).toEqual(["c"]);
});

it("the way down to a unit begins at the top and ends above it", () => {
  const all = [unit("a", null), unit("b", "a"), unit("c", "b")];
  expect(pathTo(all, "c").map((one) => one.id)).toEqual(["a", "b"]);
  expect(pathTo(all, "nobody")).toEqual([]);
});

it("between two days units came, went, moved and were renamed", () => {
  const then = [unit("a", null), unit("b", "a"), unit("c", "a"), unit("d", "a")];
  const now = [unit("a", null), unit("b", "c"), unit("c", "a", "C2"), unit("e", "a")];
  expect(differencesBetween(then, now).map((one) => `${one.id} ${one.what}`)).toEqual([
    "b moved",
    "c renamed",
    "d only_then",
    "e only_now",
  ]);
});
