import { expect, it } from "vitest";
import { Problem } from "../../../../api/problem";
import { stateGraphOf, widthOf } from "./stateGraph";
import { bodyOf, calledOf, copyOf, faultyIn, formOf, NEW_FIELD, NEW_WAY, PLAIN } from "./typeForm";

const english = (name: { en: string }) => name.en;
const way = (key: string, from: string[], to: string) => ({ ...NEW_WAY, key, from, to });
const NAME = { en: "Floor", zh: "楼层" };
const incidents = { severities: ["critical" as const], unit_id: "7", on_end: "resolved" };

it("what is not touched is sent as it came", () => {
  const choices = [{ key: "one", name: { en: "First", zh: "一层" } }];
  const field = { ...NEW_FIELD, key: "floor", name: NAME, kind: "choice" as const, choices };
  const type = { ...bodyOf(PLAIN), key: "visit", fields: [field], incidents };
  expect(bodyOf(formOf(type))).toEqual(type);
});

it("answers and limits go with the kind of a question, and incidents with their switch", () => {
  const field = { ...NEW_FIELD, key: "floor", name: NAME, choices: "a=A=甲", min: 1 };
  const body = bodyOf({ ...PLAIN, fields: [field], takes_incidents: false, incidents });
  expect(body.fields).toEqual([{ ...field, choices: [], min: null, max: null }]);
  expect(body.incidents).toBeNull();
  const choice = { ...field, kind: "choice" as const, choices: "a=A=甲\n\n b \n" };
  expect(bodyOf({ ...PLAIN, fields: [choice] }).fields[0]?.choices).toEqual([
    { key: "a", name: { en: "A", zh: "甲" } },
    { key: "b", name: { en: "b", zh: "b" } },
  ]);
});

it("a copy has its own key, prefix and name, and is not in use yet", () => {
  const copy = copyOf({ ...bodyOf(PLAIN), key: "visit", prefix: "VIS", name: NAME, enabled: true });
  expect(copy).toMatchObject({ key: "", prefix: "", name: { en: "", zh: "" }, enabled: false });
  expect(copy.states).toEqual(PLAIN.states);
});

it("entries at fault are found by the server's paths", () => {
  const fields = ["transitions[2].from[0]", "transitions.4.key", "states[1].key", "transitions"];
  const error = new Problem({
    type: "",
    title: "",
    status: 400,
    detail: "",
    code: "",
    request_id: "",
    fields: fields.map((field) => ({ field, found: "", expected: "" })),
  });
  expect([...faultyIn("transitions", error)]).toEqual([2, 4]);
  expect(faultyIn("transitions", null).size).toBe(0);
});

it("what has no name yet is called by its key, else by its place", () => {
  expect(calledOf({ key: "floor", name: NAME }, english, 0)).toBe("Floor");
  expect(calledOf({ key: "floor", name: { en: "", zh: "" } }, english, 0)).toBe("floor");
  expect(calledOf(undefined, english, 3)).toBe("4");
});

it("ways between the same states share a line, those to nowhere are left out", () => {
  const transitions = [
    way("accept", ["new"], "in_progress"),
    way("start", ["new"], "in_progress"),
    way("again", ["in_progress"], "in_progress"),
    way("back", ["closed"], "new"),
    way("lost", ["new", "gone"], "nowhere"),
  ];
  const graph = stateGraphOf(
    { states: PLAIN.states, transitions },
    (state) => state.name.zh,
    (one) => one.key,
  );
  expect(graph.ways.map((one) => [one.key, one.lines])).toEqual([
    ["new>in_progress", ["accept", "start"]],
    ["in_progress>in_progress", ["again"]],
    ["closed>new", ["back"]],
  ]);
  expect(graph.states.map((one) => one.key)).toEqual(["new", "in_progress", "resolved", "closed"]);
  for (const one of graph.states) {
    expect(one.x - one.width / 2).toBeGreaterThanOrEqual(0);
    expect(one.x + one.width / 2).toBeLessThanOrEqual(graph.width);
  }
  expect(graph.ways.every((one) => one.curve.startsWith("M "))).toBe(true);
  expect(widthOf("处理ab")).toBe(40);
});
