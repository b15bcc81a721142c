import { expect, it } from "vitest";
import { draftOf, formOf, USUAL } from "./policyForm";

it("what is not touched is sent as it came", () => {
  expect(draftOf(USUAL, formOf(USUAL))).toEqual(USUAL);
});

it("a span without an amount is not promised, and days of one's own stay", () => {
  const days = [{ date: "2026-10-01", worked: false, name: "National day" }];
  const was = { ...USUAL, days, targets: USUAL.targets.slice(0, 1) };
  const draft = draftOf(was, {
    ...formOf(was),
    targets: [{ response: { amount: 5 }, resolution: { amount: null, unit: "workdays" } }],
    hop: { amount: 2, unit: "workdays" },
    open_too: true,
  });
  expect(draft.targets).toEqual([
    { priority: 1, response: { amount: 5, unit: "minutes" }, resolution: null },
  ]);
  expect(draft).toMatchObject({ days, hop: { amount: 2, unit: "workdays" }, return_within: null });
  expect(Object.keys(draft)).not.toContain("open_too");
});
