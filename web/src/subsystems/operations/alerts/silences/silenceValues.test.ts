import { describe, expect, it } from "vitest";
import { bodyOf, localOf, valuesOf } from "./silenceValues";

describe("values of a silence", () => {
  const now = new Date("2026-03-02T02:00:00Z");

  it("a new one lasts two hours from now and does not repeat", () => {
    const body = bodyOf({ ...valuesOf(null, now), reason: "firmware" });
    expect(body.starts_at).toBe("2026-03-02T02:00:00.000Z");
    expect(body.ends_at).toBe("2026-03-02T04:00:00.000Z");
    expect(body.weekly).toBeNull();
    expect(body.resource_id).toBeNull();
  });

  it("hours of the week are sent only when it repeats", () => {
    const body = bodyOf({ ...valuesOf(null, now), reason: "x", repeats: true, zone: "Asia/Shanghai" });
    expect(body.weekly).toEqual({ days: [1], from: "22:00", minutes: 120, zone: "Asia/Shanghai" });
  });

  it("a moment is written in the viewer's zone and read back", () => {
    expect(new Date(localOf(now)).toISOString()).toBe(now.toISOString());
  });
});
