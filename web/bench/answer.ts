/** A million points, as many series as said: what is asked, and what Prometheus would answer. */
export interface Shape {
  series: number;
  points: number;
}

export const SHAPES: Shape[] = [
  { series: 100, points: 10_000 },
  { series: 1000, points: 1000 },
];

const STEP_S = 1;
const FROM_S = 1_767_225_600;

/** The address of the page that asks for all of it. */
export function addressOf({ series, points }: Shape): string {
  const end = new Date((FROM_S + (points - 1) * STEP_S) * 1000).toISOString();
  return `/?q=load_${series}_${points}&as=graph&range=${points - 1}s&step=${STEP_S}s&end=${end}`;
}

/** Numbers between 0 and 1 that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One series: a level that wanders, with noise, and a gap now and then. */
function valuesOf(at: number, points: number): string[] {
  const next = numbers(at + 1);
  let level = next() * 100;
  return Array.from({ length: points }, (_, point) => {
    level = Math.max(0, level + next() - 0.5);
    const noise = next();
    const gap = point % 2500 >= 2460;
    return gap ? "" : `[${FROM_S + point * STEP_S},"${level + noise * 8}"]`;
  });
}

const kept = new Map<string, string[][]>();

/** What `query_range` answers to the query of an address, between its `start` and `end`. */
export function answerOf(asked: URLSearchParams): string {
  const query = asked.get("query") ?? "";
  const [series = 0, points = 0] = query.split("_").slice(1).map(Number);
  const all =
    kept.get(query) ?? Array.from({ length: series }, (_, at) => valuesOf(at, points));
  kept.set(query, all);
  const placeOf = (name: string) => Math.round((Number(asked.get(name)) - FROM_S) / STEP_S);
  const [from, to] = [Math.max(0, placeOf("start")), placeOf("end") + 1];
  const result = all.map((values, at) => {
    const metric = { __name__: "load", instance: `host-${at}.example:9100`, job: "node" };
    const written = values.slice(from, to).filter((value) => value !== "");
    return `{"metric":${JSON.stringify(metric)},"values":[${written.join(",")}]}`;
  });
  const data = `{"resultType":"matrix","result":[${result.join(",")}]}`;
  return `{"status":"success","data":${data}}`;
}
