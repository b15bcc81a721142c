import { expect, it } from "vitest";
import type { WorkItemView } from "../../../../api/contract";
import { chainOf, isOverdue, periodBeside, periodStart, periodWords } from "./period";

function item(id: string, came_from: string | null, went_to: string | null): WorkItemView {
  return {
    id,
    version: 1,
    item: { unit_id: "u", period: "week", day: "2026-09-21", title: id, due: "2026-09-25" },
    owner: null,
    state: "open",
    progress: 0,
    came_from,
    came_reason: null,
    went_to,
    went_reason: null,
    created_at: "",
    changed_at: "",
  };
}

it("periods begin where the server begins them", () => {
  expect(periodStart("2027-01-01", "week")).toBe("2026-12-28");
  expect(periodStart("2026-02-28", "month")).toBe("2026-02-01");
  expect(periodStart("2028-02-29", "year")).toBe("2028-01-01");
  expect(periodBeside("2026-12-28", "week", 1)).toBe("2027-01-04");
  expect(periodBeside("2026-01-01", "month", -1)).toBe("2025-12-01");
  expect(periodBeside("2026-01-01", "year", 1)).toBe("2027-01-01");
});

it("are written in both languages", () => {
  expect(periodWords("2026-09-21", "week", "zh")).toBe("2026年9月21日 – 9月27日");
  expect(periodWords("2026-09-01", "month", "en")).toBe("September 2026");
  expect(periodWords("2026-01-01", "year", "zh")).toBe("2026年");
});

it("an item knows where it came from and where it went, as far as one may see", () => {
  const all = [item("a", null, "b"), item("b", "a", "c"), item("c", "b", null)];
  const [first, middle] = all;
  if (!first || !middle) throw new Error("there are three");
  expect(chainOf(middle, all).items.map((one) => one.id)).toEqual(["a", "b", "c"]);
  const part = chainOf(middle, [first, middle]);
  expect([part.items.length, part.whole]).toEqual([2, false]);
});

it("what is done is not overdue", () => {
  expect(isOverdue(item("a", null, null), "2026-09-26")).toBe(true);
  expect(isOverdue(item("a", null, null), "2026-09-25")).toBe(false);
  expect(isOverdue({ ...item("a", null, null), state: "done" }, "2026-09-26")).toBe(false);
});
