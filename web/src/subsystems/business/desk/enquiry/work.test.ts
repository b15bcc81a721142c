import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { digestAfter, zeroBitsOf } from "./sha256";
import { workedOut } from "./work";

function hex(words: Uint32Array): string {
  return [...words].map((word) => word.toString(16).padStart(8, "0")).join("");
}

function bytes(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, at) => (at * 37) & 255);
}

it("digests are those of everybody, wherever the text is cut", () => {
  for (const [before, after] of [
    [0, 0],
    [0, 3],
    [55, 0],
    [56, 0],
    [63, 1],
    [64, 0],
    [123, 7],
    [130, 61],
  ] as const) {
    const all = bytes(before + after);
    const ours = digestAfter(all.subarray(0, before))(all.subarray(before));
    expect(hex(ours), `${before} and ${after}`).toBe(createHash("sha256").update(all).digest("hex"));
  }
});

it("zeros are counted over whole words", () => {
  expect(zeroBitsOf(new Uint32Array([0x80000000]))).toBe(0);
  expect(zeroBitsOf(new Uint32Array([0x00010000]))).toBe(15);
  expect(zeroBitsOf(new Uint32Array([0, 0x00ffffff]))).toBe(40);
});

it("what is worked out is what the server looks for", () => {
  const stamp = "enquiry.1764489600000000.0a0b.ff";
  const solution = workedOut(stamp, 12);
  const digest = createHash("sha256").update(`${stamp}:${solution}`).digest();
  expect(digest[0]).toBe(0);
  expect((digest[1] ?? 255) >> 4).toBe(0);
  expect(workedOut(stamp, 0)).toBe("");
});
