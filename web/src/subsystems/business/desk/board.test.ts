import { expect, it } from "vitest";
import { columnsOf, waysFrom, waysInto } from "./board";
import { bodyOf, PLAIN } from "./types/typeForm";

const TYPE = bodyOf(PLAIN);

it("columns are states of one type, or phases of all", () => {
  expect(columnsOf(TYPE, false).map((one) => one.query)).toEqual([
    { state: "new" },
    { state: "in_progress" },
    { state: "resolved" },
    { state: "closed" },
  ]);
  expect(columnsOf(undefined, false)).toHaveLength(5);
  expect(columnsOf(undefined, true).map((one) => one.key)).toEqual(["resolved", "closed"]);
});

it("only ways of the type lead into a column, and none into the one it stands in", () => {
  const [fresh, active, resolved, closed] = columnsOf(TYPE, false);
  const into = (column: typeof fresh) =>
    column ? waysInto(TYPE, "new", column).map((way) => way.key) : null;
  expect([fresh, active, resolved, closed].map(into)).toEqual([[], ["accept"], ["resolve"], []]);
  const phases = columnsOf(undefined, false);
  expect(phases.map(into)).toEqual([[], ["accept"], [], ["resolve"], []]);
  expect(waysFrom(TYPE, "resolved").map((way) => way.key)).toEqual(["close"]);
  expect(waysFrom(undefined, "new")).toEqual([]);
});
