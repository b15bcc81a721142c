import { expect, it } from "vitest";
import { offsetOf, zones } from "./ZoneSelect";

it("zones are told apart by their distance from UTC, which daylight saving changes", () => {
  expect(offsetOf("Asia/Shanghai", new Date("2026-01-01T00:00:00Z"))).toBe("GMT+8");
  expect(offsetOf("Europe/Berlin", new Date("2026-01-01T00:00:00Z"))).toBe("GMT+1");
  expect(offsetOf("Europe/Berlin", new Date("2026-07-01T00:00:00Z"))).toBe("GMT+2");
  expect(zones()).toEqual(expect.arrayContaining(["UTC", "Asia/Urumqi", "America/New_York"]));
});
