import { useQuery } from "@tanstack/react-query";
import type { Problem } from "../../api/problem";
import { askPrometheus } from "./askPrometheus";
import { readMetrics } from "./metrics";
import type { Metric } from "./metrics";
import type { QueryNode } from "./queryTree";
import { frameOf } from "./spans";
import type { Frame } from "./spans";
import { readOf } from "./useStatus";
import type { Read } from "./useStatus";
import type { Answer, QueryData } from "./wire";

/** The root of all keys; everything below `answers` is read again when a query is run. */
export const ANSWERS = ["prometheus", "answers"] as const;

/** So many series at most are asked for: more is nothing to look at. */
export const SERIES_MAX = 5000;
/** An answer may be large: it is forgotten soon after it is out of sight. */
const KEPT_MS = 30_000;

export interface Answered extends Answer<QueryData> {
  frame: Frame;
  /** How long it took as seen from here. */
  took_ms: number;
}

/** When a query is asked: at the end alone, or at every step. */
export interface Asked {
  text: string;
  range_s: number;
  end: string;
  /** Null: at the end alone. */
  step_s: number | null;
  every_s: number;
}

async function answer(asked: Asked, signal: AbortSignal): Promise<Answered> {
  const begun_ms = performance.now();
  const now_s = Date.now() / 1000;
  const end_s = asked.end ? Date.parse(asked.end) / 1000 : null;
  const frame = frameOf(asked.range_s, end_s, asked.step_s ?? 1, now_s);
  const shared = { query: asked.text, limit: SERIES_MAX, stats: "all" };
  const got =
    asked.step_s === null
      ? await askPrometheus<QueryData>("query", { ...shared, time: end_s ?? now_s }, signal)
      : await askPrometheus<QueryData>(
          "query_range",
          { ...shared, start: frame.from_s, end: frame.to_s, step: frame.step_s },
          signal,
        );
  return { ...got, frame, took_ms: performance.now() - begun_ms };
}

/** Asks a query, again and again where that is wanted. Without a text nothing is asked. */
export function useAnswer(asked: Asked): Read<Answered> {
  const { text, range_s, end, step_s, every_s } = asked;
  const kind = step_s === null ? "at" : "over";
  const read = useQuery<Answered, Problem>({
    queryKey: [...ANSWERS, kind, text, range_s, end, step_s],
    queryFn: ({ signal }) => answer(asked, signal),
    enabled: text.trim() !== "",
    refetchInterval: every_s > 0 && end === "" ? every_s * 1000 : false,
    // To compare a million points with those before costs more than to draw them.
    structuralSharing: false,
    refetchOnWindowFocus: false,
    // Over another range the same query is shown as it was, until the answer is there.
    placeholderData: (before, asked_before) => {
      const [, , kind_before, text_before] = asked_before?.queryKey ?? [];
      return kind_before === kind && text_before === text ? before : undefined;
    },
    gcTime: KEPT_MS,
  });
  return readOf(read);
}

/** A query as a tree. */
export function useTree(text: string): Read<QueryNode> {
  const read = useQuery<QueryNode, Problem>({
    queryKey: ["prometheus", "tree", text],
    queryFn: async ({ signal }) =>
      (await askPrometheus<QueryNode>("parse_query", { query: text }, signal)).data,
    enabled: text.trim() !== "",
    staleTime: Infinity,
  });
  return readOf(read);
}

/** The metrics, read when somebody looks for one. */
export function useMetrics(): Read<Metric[]> {
  const read = useQuery<Metric[], Problem>({
    queryKey: ["prometheus", "metrics"],
    queryFn: ({ signal }) => readMetrics(signal),
    refetchOnMount: "always",
  });
  return readOf(read);
}
