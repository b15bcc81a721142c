import type { Labels } from "../../api/contract";

/** A number with its name. */
export interface Count {
  name: string;
  value: number;
}

/** What `status/tsdb` answers. */
export interface HeadView {
  headStats: {
    numSeries: number;
    numLabelPairs: number;
    chunkCount: number;
    minTime: number;
    maxTime: number;
  };
  seriesCountByMetricName: Count[];
  labelValueCountByLabelName: Count[];
  memoryInBytesByLabelName: Count[];
  seriesCountByLabelValuePair: Count[];
}

/** How many values each label has in some series, the most first. */
export function valuesByLabel(series: Labels[]): Count[] {
  const values = new Map<string, Set<string>>();
  for (const labels of series) {
    for (const [name, value] of Object.entries(labels)) {
      if (name === "__name__") continue;
      const known = values.get(name);
      if (known) known.add(value);
      else values.set(name, new Set([value]));
    }
  }
  return ordered([...values].map(([name, all]) => ({ name, value: all.size })));
}

/** How many of some series bear each label with each value, the most first. */
export function seriesByPair(series: Labels[]): Count[] {
  const counts = new Map<string, number>();
  for (const labels of series) {
    for (const [name, value] of Object.entries(labels)) {
      if (name === "__name__") continue;
      const pair = `${name}=${value}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
  }
  return ordered([...counts].map(([name, value]) => ({ name, value })));
}

function ordered(counts: Count[]): Count[] {
  return counts.toSorted(
    (one, other) => other.value - one.value || (one.name < other.name ? -1 : 1),
  );
}
