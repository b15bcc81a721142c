/** What the HTTP API of Prometheus answers: times in seconds, numbers as texts. */
import type { Labels } from "../../api/contract";

export type SamplePair = [at_s: number, value: string];
/** Which bounds belong to it, the lower and the upper bound, how many fell between them. */
export type BucketTuple = [inclusive: number, lower: string, upper: string, count: string];

export interface NativeHistogram {
  count: string;
  sum: string;
  buckets?: BucketTuple[];
}

export type HistogramPair = [at_s: number, histogram: NativeHistogram];

export interface VectorItem {
  metric: Labels;
  value?: SamplePair;
  histogram?: HistogramPair;
}

export interface MatrixItem {
  metric: Labels;
  values?: SamplePair[];
  histograms?: HistogramPair[];
}

/** What a query cost. */
export interface QueryStats {
  timings?: Partial<Record<string, number>>;
  samples?: { totalQueryableSamples?: number };
  /** Series that the query read: Prometheus itself does not tell. */
  seriesFetched?: number;
}

export type QueryData = { stats?: QueryStats } & (
  | { resultType: "vector"; result: VectorItem[] }
  | { resultType: "matrix"; result: MatrixItem[] }
  | { resultType: "scalar" | "string"; result: SamplePair }
);

/** An answer with what there is to be said about it. */
export interface Answer<T> {
  data: T;
  warnings: string[];
  infos: string[];
}

/** What is known of a metric. */
export interface MetricMetadata {
  type: string;
  help: string;
  unit: string;
}

/** A number as Prometheus writes it. */
export function readNumber(text: string): number {
  if (text === "+Inf") return Infinity;
  return text === "-Inf" ? -Infinity : Number(text);
}

/** The name of a series as it is written in a query. */
export function seriesName(metric: Labels): string {
  const { __name__: name = "", ...labels } = metric;
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length > 0 || name === "" ? `${name}{${pairs.join(", ")}}` : name;
}
