import { expect, it } from "vitest";
import { leaksOf } from "./leaks";

const ASKS = { name: "陈会计", contact: "8021" };

it("what still tells who asked is named", () => {
  expect(leaksOf("陈会计来电 8021", ASKS)).toEqual(["陈会计", "8021"]);
  expect(leaksOf("某单位来电", ASKS)).toEqual([]);
});

it("who gave no name is told by nothing", () => {
  expect(leaksOf("anything", { name: "", contact: " a " })).toEqual([]);
});
