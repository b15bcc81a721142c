import { askPrometheus } from "./askPrometheus";
import type { MetricMetadata } from "./wire";

/** A metric with what its writers say of it. */
export interface Metric extends MetricMetadata {
  name: string;
}

const PARTS = /_(?:bucket|sum|count|total)$/;

/** All metrics by name. The parts of a histogram are described by it. */
export async function readMetrics(signal?: AbortSignal): Promise<Metric[]> {
  const [names, metadata] = await Promise.all([
    askPrometheus<string[]>("label/__name__/values", {}, signal),
    askPrometheus<Record<string, MetricMetadata[]>>("metadata", {}, signal),
  ]);
  const unknown = { type: "", help: "", unit: "" };
  return names.data.map((name) => {
    const [said] = metadata.data[name] ?? metadata.data[name.replace(PARTS, "")] ?? [];
    return { name, ...(said ?? unknown) };
  });
}

/** The metrics that have all these words in their name or meaning, by name. */
export function metricsLike(metrics: Metric[], sought: string): Metric[] {
  const parts = sought.toLowerCase().split(/\s+/);
  return metrics.filter(({ name, help }) => {
    const all = `${name} ${help}`.toLowerCase();
    return parts.every((part) => all.includes(part));
  });
}
