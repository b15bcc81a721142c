import { describe, expect, it } from "vitest";
import { drawDense } from "./denseLine";
import type { Pen } from "./denseLine";

const WIDE_PX = 60;
const TALL_PX = 100;
/** Half a column of pixels: what is drawn at a column reaches so far to both sides. */
const HALF = 0.5;

/** The cell of half a pixel by half a pixel. */
function cellOf(half: number, height: number): number {
  return half * 1000 + height;
}

/** Which halves of pixels a drawing covers in each half of a column of pixels. */
class Covered implements Pen {
  readonly cells = new Set<number>();
  lines = 0;
  private at: [number, number] = [NaN, NaN];

  moveTo(x: number, y: number): void {
    this.at = [x, y];
  }

  lineTo(x: number, y: number): void {
    const [from_x, from_y] = this.at;
    this.lines += 1;
    this.at = [x, y];
    const halves = Math.round((x - from_x) / HALF);
    // A stroke along a column covers it whole, one of no length nothing; one across a part of each.
    if (halves === 0 && y !== from_y) for (const half of [0, 1]) this.cover(x * 2 + half, from_y, y);
    for (let half = 0; half < halves; half += 1) {
      const heightAt = (done: number) => from_y + ((y - from_y) * done) / halves;
      this.cover(from_x * 2 + 1 + half, heightAt(half), heightAt(half + 1));
    }
  }

  private cover(half: number, one: number, other: number): void {
    const [low, high] = [Math.min(one, other), Math.max(one, other)];
    for (let height = Math.ceil(low * 2); height <= high * 2; height += 1) {
      this.cells.add(cellOf(half, height));
    }
  }
}

type Values = (number | null)[];

function timesOf(values: Values): number[] {
  return values.map((_, at) => 1000 + at);
}

function frameOf(values: Values) {
  return {
    x: { min: 1000, max: 1000 + values.length - 1, from_px: 10, length_px: WIDE_PX },
    y: { min: 0, max: 10, from_px: TALL_PX, length_px: -TALL_PX },
  };
}

/** The drawing of every point, each joined to the next; a column without any is a gap. */
function drawEvery(pen: Pen, values: Values): void {
  const wide = WIDE_PX / (values.length - 1);
  let before_px = NaN;
  values.forEach((value, at) => {
    if (value === null) return;
    const [x, y] = [Math.round(10 + at * wide), TALL_PX - value * 10];
    if (x - before_px <= 1) pen.lineTo(x, y);
    else pen.moveTo(x, y);
    before_px = x;
  });
}

function denseOf(values: Values): Covered {
  const drawn = new Covered();
  drawDense(drawn, timesOf(values), values, [0, values.length - 1], frameOf(values));
  return drawn;
}

/** Numbers between 0 and 1 that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const next = numbers(20_261_129);
const COUNT = 4000;
const SHAPES: Record<string, Values> = {
  noise: Array.from({ length: COUNT }, () => next() * 10),
  "a narrow band": Array.from({ length: COUNT }, (_, at) => 3 + next() + (at > 2000 ? 4 : 0)),
  "a rise": Array.from({ length: COUNT }, (_, at) => (at / COUNT) * 10),
  "a fall": Array.from({ length: COUNT }, (_, at) => 10 - (at / COUNT) * 10),
  waves: Array.from({ length: COUNT }, (_, at) => 5 + 5 * Math.sin(at / 90)),
  steps: Array.from({ length: COUNT }, (_, at) => (Math.floor(at / 500) % 2) * 8),
  level: Array.from({ length: COUNT }, () => 5),
  "single points": Array.from({ length: COUNT }, (_, at) => (at % 701 === 0 ? 9 : 2)),
  gaps: Array.from({ length: COUNT }, (_, at) => (at % 900 > 500 ? null : next() * 10)),
};

describe("what many points draw", () => {
  it.each(Object.entries(SHAPES))("covers what every point would cover: %s", (_name, values) => {
    const every = new Covered();
    drawEvery(every, values);
    const dense = denseOf(values);
    const lost = [...every.cells].filter((cell) => !dense.cells.has(cell));
    const added = [...dense.cells].filter((cell) => !every.cells.has(cell));
    expect({ lost, added }).toEqual({ lost: [], added: [] });
    expect(dense.lines).toBeLessThan(2 * WIDE_PX + 20);
    expect(every.lines).toBeGreaterThan(1500);
  });

  it("a highest and a lowest among thousands are not lost", () => {
    const values: Values = Array.from({ length: COUNT }, () => 5);
    [values[1234], values[3210]] = [10, 0];
    const { cells } = denseOf(values);
    const halfOf = (at: number) => Math.round(10 + (at * WIDE_PX) / (COUNT - 1)) * 2;
    expect(cells.has(cellOf(halfOf(1234), 0))).toBe(true);
    expect(cells.has(cellOf(halfOf(3210), 2 * TALL_PX))).toBe(true);
  });

  it("a point with gaps on both sides is a pixel, and nothing is drawn of nothing", () => {
    const values: Values = Array.from({ length: COUNT }, (_, at) => (at === 2000 ? 5 : null));
    expect(denseOf(values).lines).toBe(1);
    expect(denseOf(values).cells.has(cellOf(80, TALL_PX))).toBe(true);
    expect(denseOf([null, null, null]).lines).toBe(0);
  });

  it("points that lie apart are joined by lines, and gaps are not bridged", () => {
    expect(denseOf([1, 2, 3, 4]).lines).toBe(3);
    expect(denseOf([1, 2, null, 3, 4]).lines).toBe(2);
  });
});
