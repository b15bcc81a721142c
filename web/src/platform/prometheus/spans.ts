const UNITS: [name: string, seconds: number][] = [
  ["y", 31_536_000],
  ["w", 604_800],
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
  ["ms", 0.001],
];
const SECONDS = new Map(UNITS);
const PART = /(\d+(?:\.\d+)?)(ms|[ywdhms])/g;
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ms|[ywdhms]))+$/;

/** Seconds of a span such as `1h30m` or `90`; null when it is none. */
export function readSpan(text: string): number | null {
  const plain = text.trim();
  const seconds = WHOLE.test(plain)
    ? [...plain.matchAll(PART)].reduce(
        (sum, [, count, unit]) => sum + Number(count) * (SECONDS.get(unit ?? "") ?? 0),
        0,
      )
    : Number(plain === "" ? NaN : plain);
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) / 1000 : null;
}

/** The span as it is written in queries, without years and weeks: `1d6h`. */
export function writeSpan(seconds: number): string {
  let left_ms = Math.round(seconds * 1000);
  let text = "";
  for (const [name, length] of UNITS.slice(2)) {
    const count = Math.floor(left_ms / (length * 1000));
    left_ms -= count * length * 1000;
    if (count > 0) text += `${count}${name}`;
  }
  return text || "0s";
}

/** A moment, given in milliseconds since 1970, as texts of the API have it. */
export function timeOf(at_ms: number | null): string | null {
  return at_ms === null ? null : new Date(at_ms).toISOString();
}

/** Steps at which clocks have marks. */
const STEPS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
];
/** Most steps of a query, as the server has it. */
export const STEPS_MAX = 11_000;

/** The smallest step that is no shorter than so many seconds. */
export function niceStep(least: number): number {
  return STEPS_S.find((step) => step >= least) ?? Math.ceil(least / 86_400) * 86_400;
}

/** The smallest step by which a range is drawn with at most one point a pixel. */
export function stepFor(range_s: number, width_px: number): number {
  return niceStep(range_s / Math.max(100, Math.min(width_px, STEPS_MAX)));
}

/** From when to when a query goes, and by which steps. */
export interface Frame {
  from_s: number;
  to_s: number;
  step_s: number;
}

/** So short a step may lie ahead of now: no window or lookback of a query is as short. */
const AHEAD_S = 15;

/**
 * The steps of a range that ends at `end_s`, or now. Begins at a whole step, so that a chart that
 * is read again shows the same moments. Of a short step the one after now is the last: what came
 * just now, and may be all there is, would not show before the next step otherwise.
 */
export function frameOf(
  range_s: number,
  end_s: number | null,
  step_s: number,
  now_s: number,
): Frame {
  const to_s = end_s ?? (step_s <= AHEAD_S ? Math.ceil(now_s / step_s) * step_s : now_s);
  const from_s = Math.floor((to_s - range_s) / step_s) * step_s;
  return { from_s: toMilliseconds(from_s), to_s: toMilliseconds(to_s), step_s };
}

function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
