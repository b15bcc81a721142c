import type { Frame } from "./spans";
import { readNumber } from "./wire";
import type { MatrixItem } from "./wire";

export type Column = (number | null)[];

/** The moments of a frame, in seconds. */
export function momentsOf({ from_s, to_s, step_s }: Frame): number[] {
  const count = Math.floor((to_s - from_s) / step_s + 1e-6) + 1;
  return Array.from({ length: count }, (_, at) => from_s + at * step_s);
}

/**
 * Series as columns over the moments of a frame: as every value stands at a step, none is sought.
 * What is no number, or infinite, is a gap.
 */
export function columnsOf(matrix: MatrixItem[], frame: Frame): Column[] {
  const count = momentsOf(frame).length;
  return matrix.map(({ values = [] }) => {
    const column: Column = Array.from({ length: count }, () => null);
    for (const [at_s, text] of values) {
      const at = Math.round((at_s - frame.from_s) / frame.step_s);
      const value = readNumber(text);
      if (at >= 0 && at < count && Number.isFinite(value)) column[at] = value;
    }
    return column;
  });
}

/** What there is to say of a series: its newest, smallest, largest and mean value. */
export interface Summary {
  last: number | null;
  low: number | null;
  high: number | null;
  mean: number | null;
}

/** Looks through a column once. */
export function summaryOf(column: Column): Summary {
  let last: number | null = null;
  let low: number | null = null;
  let high: number | null = null;
  let [sum, count] = [0, 0];
  for (const value of column) {
    if (value === null) continue;
    last = value;
    low = low === null || value < low ? value : low;
    high = high === null || value > high ? value : high;
    sum += value;
    count += 1;
  }
  return { last, low, high, mean: count > 0 ? sum / count : null };
}
