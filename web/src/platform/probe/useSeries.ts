import { keepPreviousData, useQueries } from "@tanstack/react-query";
import type { UseQueryResult } from "@tanstack/react-query";
import { ask } from "../../api/client";
import type { Derive, SeriesAnswer, SeriesView } from "../../api/contract";
import { problemOf } from "../../api/problem";
import type { Problem } from "../../api/problem";
import type { Period } from "./periods";

/** One question for series. */
export interface Wanted {
  selector: string;
  derive: Derive;
  /** Seconds between two points; the server's choice when absent. */
  step_s?: number;
}

export interface Measured {
  /** The series of each question, in order; empty until they are there. */
  answers: SeriesView[][];
  loading: boolean;
  problem: Problem | null;
  reload: () => void;
}

async function readSeries(wanted: Wanted, period: Period, signal: AbortSignal) {
  const now_ms = Date.now();
  const query = {
    ...wanted,
    from: new Date(now_ms - period.length_s * 1000).toISOString(),
    to: new Date(now_ms).toISOString(),
  };
  const answer = await ask<SeriesAnswer>({ method: "GET", path: "/series", query, signal });
  return answer.series;
}

/** Puts a value into a label matcher: backslash, quote and line end are escaped. */
export function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, (mark) => `\\${mark}`).replaceAll("\n", "\\n")}"`;
}

/** One answer of many reads: new only when one of them is, as charts compare by identity. */
function measuredOf(reads: UseQueryResult<SeriesView[]>[]): Measured {
  const failed = reads.find((one) => one.error !== null && one.data === undefined);
  return {
    answers: reads.map((one) => one.data ?? []),
    loading: reads.some((one) => one.isPending),
    problem: failed ? problemOf(failed.error) : null,
    reload: () => reads.forEach((one) => void one.refetch()),
  };
}

/** Reads series up to now, again and again while the page is in sight. */
export function useSeries(wanted: Wanted[], period: Period): Measured {
  return useQueries({
    combine: measuredOf,
    queries: wanted.map((one) => ({
      queryKey: ["series", one.selector, one.derive, one.step_s ?? 0, period.name],
      queryFn: ({ signal }: { signal: AbortSignal }) => readSeries(one, period, signal),
      refetchInterval: period.refresh_ms,
      placeholderData: keepPreviousData,
    })),
  });
}
