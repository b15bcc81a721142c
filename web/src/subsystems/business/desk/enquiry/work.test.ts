import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { workedOut, zeroBitsOf } from "./work";

/** With Node's own digest. */
function zeros(stamp: string, tried: string): number {
  return zeroBitsOf(createHash("sha256").update(`${stamp}:${tried}`).digest());
}

it("zeros are counted over whole bytes", () => {
  expect(zeroBitsOf(Uint8Array.of(0x80, 0))).toBe(0);
  expect(zeroBitsOf(Uint8Array.of(0, 0x01, 0))).toBe(15);
  expect(zeroBitsOf(Uint8Array.of(0, 0, 0, 0, 0, 0xff))).toBe(40);
  expect(zeroBitsOf(Uint8Array.of(0, 0))).toBe(16);
});

it("what is worked out is the first that the server takes", () => {
  for (const stamp of ["enquiry.1764489600000000.0a0b.ff", "x".repeat(63), "中".repeat(50)]) {
    const solution = workedOut(stamp, 8);
    expect(zeros(stamp, solution)).toBeGreaterThanOrEqual(8);
    for (let tried = 0; tried < Number(solution); tried += 1) {
      expect(zeros(stamp, String(tried))).toBeLessThan(8);
    }
  }
  expect(workedOut("any", 0)).toBe("");
});
