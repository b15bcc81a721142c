import { describe, expect, it } from "vitest";
import { linesOf, LINES_MAX } from "./fold";

describe("linesOf", () => {
  it("averages the processors of one mode and leaves gaps as gaps", () => {
    const series = [
      { labels: { mode: "user", cpu: "0" }, points: [[0, 0.2], [1, null], [2, 0.4]] },
      { labels: { mode: "user", cpu: "1" }, points: [[0, 0.4], [1, null], [2, null]] },
    ] satisfies Parameters<typeof linesOf>[0];
    const [line] = linesOf(series, "mode", "average");
    expect(line?.label).toBe("user");
    expect(line?.points.map(([at]) => at)).toEqual([0, 1, 2]);
    expect(line?.points[0]?.[1]).toBeCloseTo(0.3);
    expect(line?.points[1]?.[1]).toBeNull();
    expect(line?.points[2]?.[1]).toBeCloseTo(0.4);
  });

  it("keeps the lines that reach highest when there are too many", () => {
    const series = Array.from({ length: LINES_MAX + 4 }, (_, index) => ({
      labels: { device: `d${String(index).padStart(2, "0")}` },
      points: [[0, index]] satisfies [number, number][],
    }));
    const lines = linesOf(series, "device");
    expect(lines.map((line) => line.label)).toEqual(
      series.slice(4).map((one) => one.labels.device),
    );
  });
});
