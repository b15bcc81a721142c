import { expect, it } from "vitest";
import { momentOfField, momentsOf } from "./moments";

const at = "2026-11-28T21:51:39.123456Z";

it("what was is named as it was then, what is as it is from then on", () => {
  const fact = { at, detail: {} };
  expect(momentsOf(fact)).toEqual({
    before: "2026-11-28T21:51:39.122Z",
    after: "2026-11-28T21:51:39.124Z",
  });
  expect(momentOfField(fact, "from")).toBe("2026-11-28T21:51:39.122Z");
  expect(momentOfField(fact, "to")).toBe("2026-11-28T21:51:39.124Z");
});

it("what is so from now on is so from when it was asked for", () => {
  const fact = { at, detail: { effective_at: "2026-11-28T21:51:39.100Z" } };
  expect(momentsOf(fact).before).toBe("2026-11-28T21:51:39.099Z");
});

it("what was told ahead of time is so from a later day, what is corrected from now", () => {
  const planned = { at, detail: { effective_at: "2027-08-01T00:00:00Z" } };
  expect(momentsOf(planned).after).toBe("2027-08-01T00:00:00.001Z");
  const corrected = { at, detail: { effective_at: "2020-08-01T00:00:00Z" } };
  expect(momentsOf(corrected).after).toBe("2026-11-28T21:51:39.124Z");
});
