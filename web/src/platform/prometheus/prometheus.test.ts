import { describe, expect, it } from "vitest";
import { columnsOf, momentsOf, summaryOf } from "./columns";
import { between, moved, readExplore, writeExplore } from "./exploreState";
import { heatOf } from "./heat";
import { cellAt, darkness } from "./heatDrawing";
import { metricsLike } from "./metrics";
import { endOfWord, faultNote, noteOf, offsetOf } from "./notes";
import { formatSample } from "./sampleFormat";
import { frameOf, readSpan, stepFor, writeSpan } from "./spans";
import { nodeText, selectorsIn } from "./queryTree";
import { seriesName } from "./wire";
import type { NativeHistogram } from "./wire";

const FRAME = { from_s: 60, to_s: 180, step_s: 60 };

function bucket(le: string, job: string, ...counts: string[]) {
  const values = counts.map((count, at): [number, string] => [60 + at * 60, count]);
  return { metric: { le, job }, values };
}

function metric(name: string, help: string) {
  return { name, help, type: "", unit: "" };
}

describe("spans", () => {
  const cases: [string, number, string][] = [
    ["15", 15, "15s"],
    ["1h30m", 5400, "1h30m"],
    ["500ms", 0.5, "500ms"],
    ["2w", 1_209_600, "14d"],
    ["1.5h", 5400, "1h30m"],
  ];
  it.each(cases)("are read and written: %s", (text, seconds, written) => {
    expect(readSpan(text)).toBe(seconds);
    expect(writeSpan(seconds)).toBe(written);
  });

  it.each(["", "0", "1x", "-5m", "1e999"])("are not: %s", (text) => {
    expect(readSpan(text)).toBeNull();
  });

  it("are cut into steps of which a screen shows all", () => {
    expect(stepFor(3600, 1000)).toBe(5);
    expect(stepFor(900, 1000)).toBe(1);
    expect(stepFor(31 * 86_400, 1000)).toBe(3600);
    expect(stepFor(3650 * 86_400, 1000)).toBe(4 * 86_400);
    expect(frameOf(60, 1007, 15, 2000)).toEqual({ from_s: 945, to_s: 1007, step_s: 15 });
  });

  it("ends at the step after now where steps are short, so that what came just now shows", () => {
    expect(frameOf(60, null, 15, 1007)).toEqual({ from_s: 960, to_s: 1020, step_s: 15 });
    expect(frameOf(60, null, 15, 1005)).toEqual({ from_s: 945, to_s: 1005, step_s: 15 });
    expect(frameOf(120, null, 60, 1007)).toEqual({ from_s: 840, to_s: 1007, step_s: 60 });
  });
});

describe("the address", () => {
  it("says all that is shown, and gives it back", () => {
    const explore = {
      queries: [
        { text: 'rate(a{b="c&d"}[5m])', view: "graph" as const },
        { text: "up", view: "table" as const },
      ],
      range_s: 21_600,
      end: "2026-03-01T10:00:00.000Z",
      step_s: 30,
      every_s: 15,
    };
    expect(readExplore(new URLSearchParams(writeExplore(explore).toString()))).toEqual(explore);
  });

  it("is read as if what makes no sense was not there", () => {
    const odd = new URLSearchParams("q=up&as=pie&range=-1&end=soon&step=x&every=7");
    expect(readExplore(odd)).toEqual({
      queries: [{ text: "up", view: "graph" }],
      range_s: 3600,
      end: "",
      step_s: null,
      every_s: 0,
    });
    const many = new URLSearchParams(Array.from({ length: 30 }, () => ["q", "up"]));
    expect(readExplore(many).queries).toHaveLength(10);
    expect(readExplore(new URLSearchParams()).queries).toEqual([{ text: "", view: "graph" }]);
  });

  it("moves in time, and ends at now at the latest", () => {
    const now_ms = Date.parse("2026-03-01T12:00:00Z");
    const now = readExplore(new URLSearchParams("q=up"));
    const back = moved(now, "back", now_ms);
    expect(back.end).toBe("2026-03-01T11:30:00.000Z");
    expect(moved(back, "on", now_ms).end).toBe("");
    expect(moved(now, "out", now_ms)).toMatchObject({ range_s: 7200, end: "" });
    expect(moved(back, "in", now_ms)).toMatchObject({
      range_s: 1800,
      end: "2026-03-01T11:15:00.000Z",
    });
    expect(between(now, 1000.2, 1060.4)).toMatchObject({
      range_s: 60,
      end: "1970-01-01T00:17:40.000Z",
    });
  });
});

describe("columns", () => {
  it("hold a gap where there is no number", () => {
    const values: [number, string][] = [
      [60, "1"],
      [120, "NaN"],
      [180, "+Inf"],
    ];
    expect(momentsOf(FRAME)).toEqual([60, 120, 180]);
    expect(columnsOf([{ metric: {}, values }, { metric: {} }], FRAME)).toEqual([
      [1, null, null],
      [null, null, null],
    ]);
    expect(summaryOf([1, null, 3, 2])).toEqual({ last: 2, low: 1, high: 3, mean: 2 });
    expect(summaryOf([null]).mean).toBeNull();
  });

  it("two hundred thousand points come into columns in less than a second", () => {
    const frame = { from_s: 0, to_s: 999, step_s: 1 };
    const values = Array.from({ length: 1000 }, (_, at): [number, string] => [at, `${at}`]);
    const matrix = Array.from({ length: 200 }, () => ({ metric: {}, values }));
    const begun = performance.now();
    expect(columnsOf(matrix, frame)).toHaveLength(200);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe("heat maps", () => {
  it("take buckets below a bound apart, and add up what differs in other labels", () => {
    const heat = heatOf(
      [
        bucket("+Inf", "a", "6", "7"),
        bucket("0.1", "a", "1", "3"),
        bucket("1", "a", "4", "2"),
        bucket("1", "b", "2"),
      ],
      FRAME,
    );
    expect(heat?.rows).toEqual([
      { lower: 0, upper: 0.1 },
      { lower: 0.1, upper: 1 },
      { lower: 1, upper: Infinity },
    ]);
    // What "b" has between 0 and 1 belongs to both rows.
    expect(heat?.cells).toEqual([
      [2, 3, null],
      [4, 0, null],
      [2, 4, null],
    ]);
    expect(heat?.highest).toBe(4);
  });

  it("take native histograms as they are, and nothing else", () => {
    const histogram: NativeHistogram = {
      count: "5",
      sum: "9",
      buckets: [
        [0, "1", "2", "3"],
        [0, "2", "4", "2"],
      ],
    };
    const heat = heatOf([{ metric: {}, histograms: [[120, histogram]] }], FRAME);
    expect(heat?.cells).toEqual([
      [null, 3, null],
      [null, 2, null],
    ]);
    expect(heatOf([{ metric: { job: "a" }, values: [[60, "1"]] }], FRAME)).toBeNull();
  });

  it("put finer buckets together than can be drawn", () => {
    const buckets = Array.from({ length: 1000 }, (_, at): [number, string, string, string] => [
      0,
      `${at}`,
      `${at + 1}`,
      "1",
    ]);
    const histogram: NativeHistogram = { count: "1000", sum: "0", buckets };
    const heat = heatOf([{ metric: {}, histograms: [[60, histogram]] }], FRAME);
    expect(heat?.rows.length).toBeLessThanOrEqual(121);
    expect(heat?.cells.reduce((sum, row) => sum + (row[0] ?? 0), 0)).toBeCloseTo(1000);
  });
});

describe("notes", () => {
  it("have the place that the server named", () => {
    expect(noteOf("info", 'PromQL info: might be no counter: "up" (1:6)')).toEqual({
      severity: "info",
      text: 'might be no counter: "up"',
      place: { line: 1, column: 6 },
    });
    expect(noteOf("warning", "results truncated due to limit").place).toBeNull();
    const refused = 'invalid parameter "query": 2:4: parse error: unexpected end of input';
    expect(faultNote(refused)).toEqual({
      severity: "error",
      text: "unexpected end of input",
      place: { line: 2, column: 4 },
    });
    expect(faultNote("query timed out").place).toBeNull();
  });

  it("are put where they belong, counted in bytes", () => {
    expect(offsetOf("up\n  + x", { line: 2, column: 5 })).toBe(7);
    expect(offsetOf('{a="砥"} + x', { line: 1, column: 12 })).toBe(9);
    expect(offsetOf("up", { line: 9, column: 9 })).toBe(2);
    expect(endOfWord("rate(up)", 0)).toBe(4);
    expect(endOfWord("up", 2)).toBe(2);
  });
});

it("a series is named as it is written in queries", () => {
  expect(seriesName({ __name__: "up", job: 'a"b' })).toBe('up{job="a\\"b"}');
  expect(seriesName({ __name__: "up" })).toBe("up");
  expect(seriesName({})).toBe("{}");
});

describe("the tree of a query", () => {
  const selector = {
    type: "matrixSelector",
    name: "a_total",
    matchers: [
      { name: "__name__", value: "a_total", type: "=" },
      { name: "job", value: "b", type: "=~" },
    ],
    range: 300_000,
  };
  const tree = {
    type: "aggregation",
    op: "sum",
    grouping: ["job"],
    without: false,
    param: null,
    expr: { type: "call", func: { name: "rate" }, args: [selector] },
  };

  it("is said node by node", () => {
    expect(nodeText(tree)).toBe("sum by (job)");
    expect(nodeText(tree.expr)).toBe("rate(…)");
    expect(nodeText(selector)).toBe('a_total{job=~"b"}[5m]');
    expect(nodeText({ type: "binaryExpr", op: "/", bool: false })).toBe("/");
    expect(nodeText({ type: "numberLiteral", val: "3" })).toBe("3");
  });

  it("names its selectors, each once", () => {
    const twice = { type: "binaryExpr", op: "+", lhs: tree, rhs: tree };
    expect(selectorsIn(twice)).toEqual(['a_total{job=~"b"}']);
    expect(selectorsIn({ type: "numberLiteral", val: "3" })).toEqual([]);
  });
});

it("metrics are found by words of their name and of what they mean", () => {
  const metrics = [metric("up", "Whether it answers"), metric("load1", "Load of the machine")];
  expect(metricsLike(metrics, "LOAD machine").map(({ name }) => name)).toEqual(["load1"]);
  expect(metricsLike(metrics, "")).toHaveLength(2);
  expect(metricsLike(metrics, "up machine")).toEqual([]);
});

it("a heat map is read where it is drawn", () => {
  const heat = {
    times_s: [0, 60],
    rows: [
      { lower: 0, upper: 1 },
      { lower: 1, upper: 2 },
    ],
    cells: [
      [1, 2],
      [3, 4],
    ],
    highest: 4,
  };
  expect(cellAt(heat, 266, 70, 10)).toEqual({ row: 1, at: 0 });
  expect(cellAt(heat, 266, 260, 290)).toEqual({ row: 0, at: 1 });
  expect(cellAt(heat, 266, 10, 10)).toBeNull();
  expect([darkness(0, 4), darkness(4, 4), darkness(1, 4)]).toEqual([0, 255, 140]);
});

it("samples are written in six digits, extreme ones by powers of ten", () => {
  const cases: [number | null, string][] = [
    [0.1 + 0.2, "0.3"],
    [1234567.89, "1,234,570"],
    [1e-9, "1E-9"],
    [-Infinity, "−∞"],
    [NaN, "–"],
    [null, "–"],
  ];
  for (const [value, written] of cases) expect(formatSample(value, "en")).toBe(written);
});
