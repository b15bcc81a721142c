import { expect, it } from "vitest";
import { listKeyOf, placeAfter } from "./listKeys";

const PLAIN = {
  key: "j",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  defaultPrevented: false,
};

it("letters are keys of the list, unless they are held with others or composed", () => {
  expect(["j", "k", "x", "?", "q"].map((key) => listKeyOf({ ...PLAIN, key }))).toEqual([
    "next",
    "before",
    "choose",
    "help",
    null,
  ]);
  expect(listKeyOf({ ...PLAIN, key: "k", ctrlKey: true })).toBeNull();
  expect(listKeyOf({ ...PLAIN, isComposing: true })).toBeNull();
});

it("one goes from row to row and stops at the ends", () => {
  expect([-1, 0, 2].map((at) => placeAfter("next", at, 3))).toEqual([0, 1, 2]);
  expect([-1, 0, 2].map((at) => placeAfter("before", at, 3))).toEqual([2, 0, 1]);
});
