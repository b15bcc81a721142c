import { expect, it } from "vitest";
import { daysFrom, firstOf, midnightIn, momentIn, neighbour, spanWords, wallOf } from "./days";

it("weeks begin on Monday and months on the first", () => {
  expect(firstOf("2026-09-27", "week")).toBe("2026-09-21");
  expect(firstOf("2026-09-21", "week")).toBe("2026-09-21");
  expect(firstOf("2026-09-27", "month")).toBe("2026-09-01");
});

it("months before and after are whole, whatever their length", () => {
  expect(neighbour("2026-01-01", "month", 1)).toBe("2026-02-01");
  expect(neighbour("2026-03-01", "month", -1)).toBe("2026-02-01");
  expect(daysFrom("2028-02-01", "month")).toHaveLength(29);
  expect(neighbour("2026-12-28", "week", 1)).toBe("2027-01-04");
});

it("midnight is the zone's own, also beside a change of clocks", () => {
  expect(midnightIn("2026-09-21", "Asia/Shanghai")).toBe("2026-09-20T16:00:00.000Z");
  expect(midnightIn("2026-03-29", "Europe/Berlin")).toBe("2026-03-28T23:00:00.000Z");
  expect(midnightIn("2026-03-30", "Europe/Berlin")).toBe("2026-03-29T22:00:00.000Z");
  expect(wallOf("2026-09-20T16:00:00Z", "Asia/Shanghai")).toEqual({
    day: "2026-09-21",
    time: "00:00",
  });
});

it("times are read and told in the zone of the roster, wherever one is", () => {
  expect(momentIn("2026-09-21T08:00", "Asia/Shanghai")).toBe("2026-09-21T00:00:00.000Z");
  expect(momentIn("2026-03-29T03:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00.000Z");
  const span = ["2026-09-21T00:00:00Z", "2026-09-21T12:00:00Z"] as const;
  expect(spanWords(...span, "en", "Asia/Shanghai")).toMatch(/08:00 – .*20:00/);
});
