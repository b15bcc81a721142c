import type { SeriesView } from "../../../api/contract";
import type { Point } from "../../../kit/align";

/** So many lines can be told apart; those that reach highest are kept. */
export const LINES_MAX = 8;

export interface Line {
  label: string;
  points: Point[];
}

/** Adds (or averages) points of several series at the same moments; a gap is no value. */
function joined(series: Point[][], fold: "sum" | "average"): Point[] {
  const sums = new Map<number, { sum: number; count: number }>();
  const times = new Set<number>();
  for (const points of series) {
    for (const [at, value] of points) {
      times.add(at);
      if (value === null) continue;
      const so_far = sums.get(at) ?? { sum: 0, count: 0 };
      sums.set(at, { sum: so_far.sum + value, count: so_far.count + 1 });
    }
  }
  return [...times]
    .toSorted((one, other) => one - other)
    .map((at): Point => {
      const found = sums.get(at);
      if (!found) return [at, null];
      return [at, fold === "sum" ? found.sum : found.sum / found.count];
    });
}

function peakOf(line: Line): number {
  return line.points.reduce((peak, [, value]) => Math.max(peak, value ?? 0), 0);
}

/**
 * One line for each value of the label `by` (a single one without `by`), in the order of the
 * labels. Of more than [`LINES_MAX`] the highest are kept.
 */
export function linesOf(
  series: SeriesView[],
  by: string | undefined,
  fold: "sum" | "average" = "sum",
): Line[] {
  const groups = new Map<string, Point[][]>();
  for (const one of series) {
    const label = by === undefined ? "" : (one.labels[by] ?? "");
    groups.set(label, [...(groups.get(label) ?? []), one.points]);
  }
  const lines = [...groups].map(([label, points]) => ({
    label,
    points: points.length === 1 ? (points[0] ?? []) : joined(points, fold),
  }));
  const kept = lines.toSorted((one, other) => peakOf(other) - peakOf(one)).slice(0, LINES_MAX);
  return kept.toSorted((one, other) => one.label.localeCompare(other.label));
}
