import { momentsOf } from "./columns";
import type { Frame } from "./spans";
import { readNumber, seriesName } from "./wire";
import type { MatrixItem, NativeHistogram } from "./wire";

/** How many fell into which bucket at which moment. */
export interface Heat {
  times_s: number[];
  /** The buckets from the lowest on. */
  rows: { lower: number; upper: number }[];
  /** Row by row, moment by moment; null: nothing was measured. */
  cells: (number | null)[][];
  highest: number;
}

/** So many rows at most are drawn; finer buckets are put together. */
const ROWS_MAX = 120;

interface Spread {
  at: number;
  lower: number;
  upper: number;
  count: number;
}

function placeOf(at_s: number, frame: Frame): number {
  return Math.round((at_s - frame.from_s) / frame.step_s);
}

/**
 * The buckets of classic histograms: `le` counts all that is not above it. Series that differ in
 * other labels are added up.
 */
function classic(matrix: MatrixItem[], frame: Frame, count: number): Spread[] {
  const groups = new Map<string, MatrixItem[]>();
  for (const item of matrix) {
    const { le, ...rest } = item.metric;
    if (le === undefined || Number.isNaN(readNumber(le))) continue;
    const name = seriesName(rest);
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return [...groups.values()].flatMap((group) => spreadOf(group, frame, count));
}

function boundOf(item: MatrixItem | undefined): number {
  return readNumber(item?.metric["le"] ?? "");
}

function spreadOf(group: MatrixItem[], frame: Frame, count: number): Spread[] {
  const sorted = group.toSorted((one, other) => (boundOf(one) < boundOf(other) ? -1 : 1));
  const below: number[] = Array.from({ length: count }, () => 0);
  const spread: Spread[] = [];
  let lower = boundOf(sorted[0]) > 0 ? 0 : -Infinity;
  for (const item of sorted) {
    const upper = boundOf(item);
    for (const [at_s, text] of item.values ?? []) {
      const at = placeOf(at_s, frame);
      const total = readNumber(text);
      const before = below[at];
      if (before === undefined || !Number.isFinite(total)) continue;
      // Buckets that are scraped while they grow may be a little less than those below.
      spread.push({ at, lower, upper, count: Math.max(0, total - before) });
      below[at] = Math.max(before, total);
    }
    lower = upper;
  }
  return spread;
}

function bucketsOf(at: number, { buckets = [] }: NativeHistogram): Spread[] {
  return buckets.map(([, lower, upper, count]) => ({
    at,
    lower: readNumber(lower),
    upper: readNumber(upper),
    count: readNumber(count),
  }));
}

function native(matrix: MatrixItem[], frame: Frame): Spread[] {
  return matrix.flatMap(({ histograms = [] }) =>
    histograms.flatMap(([at_s, histogram]) => bucketsOf(placeOf(at_s, frame), histogram)),
  );
}

/** Where one number stands in a list that rises. */
function placeIn(sorted: number[], wanted: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((sorted[middle] ?? Infinity) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The bounds of the rows: all there are, or every second, third … where they are many. */
function boundsOf(spread: Spread[]): number[] {
  const bounds = [...new Set(spread.flatMap(({ lower, upper }) => [lower, upper]))];
  bounds.sort((one, other) => one - other);
  const every = Math.ceil((bounds.length - 1) / ROWS_MAX);
  if (every <= 1) return bounds;
  return bounds.filter((_, at) => at % every === 0 || at === bounds.length - 1);
}

/** The heat map of a histogram, classic or native; null when the series are none. */
export function heatOf(matrix: MatrixItem[], frame: Frame): Heat | null {
  const times_s = momentsOf(frame);
  const spread = [...classic(matrix, frame, times_s.length), ...native(matrix, frame)];
  const bounds = boundsOf(spread);
  if (bounds.length < 2) return null;
  const rows = bounds.slice(1).map((upper, at) => ({ lower: bounds[at] ?? upper, upper }));
  const cells = rows.map((): (number | null)[] => times_s.map(() => null));
  let highest = 0;
  for (const { at, lower, upper, count } of spread) {
    if (at < 0 || at >= times_s.length) continue;
    const first = Math.max(0, placeIn(bounds, lower) - (bounds.includes(lower) ? 0 : 1));
    const last = Math.max(first, placeIn(bounds, upper) - 1);
    // A wide bucket of a histogram whose neighbours are finer says nothing of where in it.
    const share = count / (last - first + 1);
    for (let row = first; row <= last; row += 1) {
      const line = cells[row];
      if (line === undefined) continue;
      const sum = (line[at] ?? 0) + share;
      line[at] = sum;
      highest = Math.max(highest, sum);
    }
  }
  return { times_s, rows, cells, highest };
}
