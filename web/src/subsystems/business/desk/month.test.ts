import { expect, it } from "vitest";
import { daysOfMonth, firstOfMonth, monthAfter } from "./month";

it("a month is the one that is chosen, else the present one", () => {
  const now = new Date("2026-11-29T12:00:00Z");
  expect(firstOfMonth("2027-02", now)).toBe("2027-02-01");
  expect(firstOfMonth("", now)).toBe("2026-11-01");
  expect(firstOfMonth("soon", now)).toBe("2026-11-01");
  expect(monthAfter("2026-12-01", 1)).toBe("2027-01");
  expect(monthAfter("2026-01-01", -1)).toBe("2025-12");
});

it("the week begins on Monday", () => {
  expect(daysOfMonth("2027-02-01")).toMatchObject({ blanks: 0 });
  expect(daysOfMonth("2027-02-01").days).toHaveLength(28);
  expect(daysOfMonth("2026-11-01").blanks).toBe(6);
});
