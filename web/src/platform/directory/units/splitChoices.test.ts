import { expect, it } from "vitest";
import { leftFor } from "./splitChoices";

const choice = (value: string) => ({ value, label: value });
const CHOICES = {
  units: [choice("u1"), choice("u2")],
  posts: [],
  people: [choice("p1")],
  resources: [choice("r1"), choice("r2"), choice("r3")],
};

it("a part is offered what no other part gets, and what it has itself", () => {
  const parts = [{ units: ["u1"], resources: ["r1"] }, { resources: ["r2"] }, undefined];
  expect(leftFor(CHOICES, parts, 0)).toEqual({
    units: [choice("u1"), choice("u2")],
    posts: [],
    people: [choice("p1")],
    resources: [choice("r1"), choice("r3")],
  });
  expect(leftFor(CHOICES, parts, 2).resources).toEqual([choice("r3")]);
  expect(leftFor(CHOICES, parts, 2).units).toEqual([choice("u2")]);
});
