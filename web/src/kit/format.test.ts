import { expect, it } from "vitest";
import { formatExact } from "./format";

it("writes a moment with its day in one way, whatever the language", () => {
  expect(formatExact("2026-12-15T00:05:09Z", "en")).toBe("2026-12-15 00:05:09 UTC");
  expect(formatExact("2026-12-15T00:05:09Z", "zh")).toBe("2026-12-15 00:05:09 UTC");
});
