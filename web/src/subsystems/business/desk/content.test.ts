import { expect, it } from "vitest";
import { bodyOf, mergeOf } from "./content";

const BASE = {
  subject: "Keyboard broken",
  text: "Room 301",
  requester: { name: "Wang Fang", contact: "8301", person_id: null },
  region_id: null,
  impact: "low",
  urgency: "low",
  resource_ids: [],
  fields: { asset: "A-1" },
};

it("what was cleared in a form is not answered, and who asks stays who they are", () => {
  const values = { ...BASE, fields: { asset: "", floor: 3, note: undefined, spare: false } };
  const was = { ...BASE, requester: { ...BASE.requester, person_id: "7" } };
  expect(bodyOf(values, was)).toEqual({
    ...BASE,
    requester: { ...BASE.requester, person_id: "7" },
    fields: { floor: 3, spare: false },
  });
});

it("what only others changed is theirs, what both changed is a conflict", () => {
  const theirs = { ...BASE, text: "Room 302", urgency: "high", fields: { asset: "A-2" } };
  const mine = { ...BASE, subject: "Keyboard dead", text: "Room 303" };
  expect(mergeOf(BASE, theirs, mine)).toEqual([
    { path: ["text"], theirs: "Room 302", mine: "Room 303", by: "both" },
    { path: ["urgency"], theirs: "high", mine: "low", by: "them" },
    { path: ["fields", "asset"], theirs: "A-2", mine: "A-1", by: "them" },
  ]);
});

it("where both say the same, nothing is asked", () => {
  const both = { ...BASE, text: "Room 302" };
  expect(mergeOf(BASE, both, both)).toEqual([]);
});
