import { expect, it } from "vitest";
import type { InspectionItem } from "../../../../api/contract";
import { BLANK, faultsOf, isAbnormal, rangeWords, valueOf } from "./answer";
import { itemStates, nextOpen } from "./itemState";
import { NOTHING_KEPT, typedAt } from "./kept";

const TEMP: InspectionItem = { key: "temp", name: "t", kind: "number", unit: "℃", min: -5, max: 27 };
const DOOR: InspectionItem = { key: "door", name: "d", kind: "yes_no", photo: true };
const UPS: InspectionItem = {
  key: "ups",
  name: "u",
  kind: "choice",
  choices: [{ name: "green" }, { name: "red", abnormal: true }],
};

it.each([
  ["21.5", 21.5],
  ["21,5", 21.5],
  [" -3 ", -3],
  ["２１．５", 21.5],
  [".5", 0.5],
  ["", null],
  ["1e3", null],
  ["21 °", null],
  ["NaN", null],
])("the reading %j is %j", (typed, value) => {
  expect(valueOf(TEMP, typed)).toBe(value);
});

it("what is outside of its range, a no and a bad choice are abnormal", () => {
  expect([-6, -5, 27, 27.1].map((value) => isAbnormal(TEMP, value))).toEqual([true, false, false, true]);
  expect([true, false].map((value) => isAbnormal(DOOR, value))).toEqual([false, true]);
  expect(["green", "red"].map((value) => isAbnormal(UPS, value))).toEqual([false, true]);
  expect(isAbnormal(TEMP, null)).toBe(false);
});

it("says what is missing before anything is sent", () => {
  expect(faultsOf(DOOR, { ...BLANK, typed: "false" })).toEqual(["note_missing", "photo_missing"]);
  expect(faultsOf(TEMP, BLANK)).toEqual(["value_missing"]);
  expect(faultsOf(TEMP, { ...BLANK, typed: "warm" })).toEqual(["value_no_number"]);
  expect(faultsOf(TEMP, { ...BLANK, typed: "20" })).toEqual([]);
});

it("writes ranges that are open at an end", () => {
  expect(rangeWords(TEMP)).toBe("-5 – 27 ℃");
  expect(rangeWords({ ...TEMP, min: null })).toBe("≤ 27 ℃");
  expect(rangeWords({ ...TEMP, min: null, max: null })).toBe("");
});

it("the next item is the first that nobody has answered, from here on", () => {
  const states = itemStates([TEMP, DOOR, UPS], new Map(), NOTHING_KEPT);
  expect(nextOpen(states, 1)).toBe("ups");
  expect(nextOpen(states, 2)).toBe("temp");
  const typed = typedAt(NOTHING_KEPT, "door", { ...BLANK, note: "x" });
  expect(itemStates([DOOR], new Map(), typed)[0]?.is).toBe("typed");
});
