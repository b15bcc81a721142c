/** A stretch of time up to now that charts show. */
export interface Period {
  name: PeriodName;
  length_s: number;
  /** How often the charts are read again. */
  refresh_ms: number;
}

export type PeriodName = "15m" | "1h" | "6h" | "24h" | "7d";

/** Charts of short periods move; over days a new point comes only every few minutes. */
export const PERIODS: Period[] = [
  { name: "15m", length_s: 900, refresh_ms: 10_000 },
  { name: "1h", length_s: 3600, refresh_ms: 10_000 },
  { name: "6h", length_s: 21_600, refresh_ms: 30_000 },
  { name: "24h", length_s: 86_400, refresh_ms: 60_000 },
  { name: "7d", length_s: 604_800, refresh_ms: 300_000 },
];

const RECENT: Period = { name: "15m", length_s: 900, refresh_ms: 10_000 };

/** The period of that name; the shortest when there is none. */
export function periodOf(name: string): Period {
  return PERIODS.find((one) => one.name === name) ?? RECENT;
}
