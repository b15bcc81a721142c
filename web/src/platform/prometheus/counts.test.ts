import { expect, it } from "vitest";
import type { Labels } from "../../api/contract";
import { seriesByPair, valuesByLabel } from "./counts";
import { selectorOf } from "./selector";

it("labels are counted by their values, the most first", () => {
  const series: Labels[] = [
    { __name__: "up", job: "a", instance: "1" },
    { __name__: "up", job: "a", instance: "2" },
    { __name__: "up", job: "b" },
  ];
  expect(valuesByLabel(series)).toEqual([
    { name: "instance", value: 2 },
    { name: "job", value: 2 },
  ]);
  expect(seriesByPair(series)[0]).toEqual({ name: "job=a", value: 2 });
});

it("a metric is selected by its name, in braces where that is none for queries", () => {
  expect(selectorOf("up")).toBe("up");
  expect(selectorOf("http.requests")).toBe('{"http.requests"}');
});
