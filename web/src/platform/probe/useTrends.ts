import { useMemo } from "react";
import type { CheckView } from "../../api/contract";
import type { Point } from "../../kit/align";
import { periodOf } from "./periods";
import { quoted, useSeries } from "./useSeries";

/** So many rows get a line: one request for all of them. */
const ROWS_MAX = 50;
const STEP_S = 60;
const SLOW_MS = 60_000;
const PERIOD = { ...periodOf("1h"), refresh_ms: SLOW_MS };

/** The durations of checks over the last hour, by check. */
export function useTrends(checks: CheckView[]): Map<string, Point[]> {
  const ids = checks
    .slice(0, ROWS_MAX)
    .map((check) => check.id)
    .join("|");
  const wanted = useMemo(() => {
    if (ids === "") return [];
    const selector = `mainstay_check_duration_seconds{check=~${quoted(ids)}}`;
    return [{ selector, derive: "average" as const, step_s: STEP_S }];
  }, [ids]);
  const { answers } = useSeries(wanted, PERIOD);
  return useMemo(
    () => new Map((answers[0] ?? []).map((one) => [one.labels["check"] ?? "", one.points])),
    [answers],
  );
}
