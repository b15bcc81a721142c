import type { PrometheusClient } from "@prometheus-io/codemirror-promql";
import type { QueryClient } from "@tanstack/react-query";
import { askPrometheus } from "./askPrometheus";
import { readMetrics } from "./metrics";
import { selectorOf } from "./selector";
import type { MetricMetadata } from "./wire";

/** So many suggestions at most are asked for. */
const LISTED_MAX = 10_000;
const STALE_MS = 60_000;

/**
 * What the editor asks to complete a query: names of metrics with what they mean, labels, values. It
 * is remembered for a minute. What cannot be read, is not suggested.
 */
export function completionOf(queries: QueryClient): PrometheusClient {
  const list = async (path: string, metric: string | undefined): Promise<string[]> => {
    const params = { limit: LISTED_MAX, "match[]": metric ? selectorOf(metric) : undefined };
    const read = async () => (await askPrometheus<string[]>(path, params)).data;
    const queryKey = ["prometheus", "completion", path, metric ?? ""];
    try {
      return await queries.fetchQuery({ queryKey, queryFn: read, staleTime: STALE_MS });
    } catch {
      return [];
    }
  };
  const metrics = async () => {
    try {
      return await queries.fetchQuery({
        queryKey: ["prometheus", "metrics"],
        queryFn: ({ signal }) => readMetrics(signal),
        staleTime: STALE_MS,
      });
    } catch {
      return [];
    }
  };
  return {
    labelNames: async (metric) => {
      const names = await list("labels", metric);
      return names.filter((name) => name !== "__name__");
    },
    labelValues: (label, metric) => list(`label/${encodeURIComponent(label)}/values`, metric),
    metricNames: async () => (await metrics()).map(({ name }) => name),
    metricMetadata: async () => {
      const all = await metrics();
      return Object.fromEntries(
        all.map(({ name, ...said }): [string, MetricMetadata[]] => [name, [said]]),
      );
    },
    series: () => Promise.resolve([]),
    flags: () => Promise.resolve({}),
  };
}
