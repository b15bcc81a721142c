/** A moment (Unix ms) and its value; null is a gap. */
export type Point = [number, number | null];

/** Brings series onto one time axis: seconds, then one column a series, gaps as null. */
export function align(series: Point[][]): [number[], ...(number | null)[][]] {
  const times = [...new Set(series.flatMap((points) => points.map(([at]) => at)))];
  times.sort((one, other) => one - other);
  const columns = series.map((points) => {
    const values = new Map(points);
    return times.map((at) => values.get(at) ?? null);
  });
  return [times.map((at) => at / 1000), ...columns];
}

/** The newest value that is not a gap. */
export function lastOf(points: Point[]): number | null {
  return points.findLast(([, value]) => value !== null)?.[1] ?? null;
}

/** The smallest and largest value, or null when all are gaps. */
export function boundsOf(points: Point[]): { low: number; high: number } | null {
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  if (values.length === 0) return null;
  return { low: Math.min(...values), high: Math.max(...values) };
}

/** Value marks for an axis of bytes: multiples of a power of two instead of ten. */
export const BYTE_STEPS = Array.from({ length: 51 }, (_, power) => 2 ** power);
