import { expect, it } from "vitest";
import { byNoun, given } from "./permissions";

const ALL = ["user.read", "user.change", "resource.read", "resource.change"];

it("patterns give what they cover, and an exclusion wins", () => {
  expect([...given(["*.read", "-user.read"], ALL)]).toEqual(["resource.read"]);
  expect([...given(["resource.*"], ALL)]).toEqual(["resource.read", "resource.change"]);
  expect(given(["*"], ALL).size).toBe(4);
  expect(given(["user.red"], ALL).size).toBe(0);
});

it("permissions are grouped by what they are about", () => {
  expect(byNoun(ALL).map(([noun, some]) => `${noun} ${some.length}`)).toEqual([
    "resource 2",
    "user 2",
  ]);
});
