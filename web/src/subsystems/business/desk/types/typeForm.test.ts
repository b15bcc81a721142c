import { expect, it } from "vitest";
import { Problem } from "../../../../api/problem";
import { NEW_CATEGORY, NEW_PUBLIC } from "./publicForm";
import { stateGraphOf, widthOf } from "./stateGraph";
import {
  bodyOf,
  calledOf,
  copyOf,
  faultyIn,
  formOf,
  NEW_FIELD,
  NEW_STATE,
  NEW_WAY,
  PLAIN,
} from "./typeForm";

const english = (name: { en: string }) => name.en;
const way = (key: string, from: string[], to: string) => ({ ...NEW_WAY, key, from, to });
const NAME = { en: "Floor", zh: "楼层" };
const letters = {
  unit_id: "7",
  title: NAME,
  intro: { en: "Say where", zh: "" },
  fields: ["floor"],
  categories: [{ key: "line", name: NAME, unit_id: "8" }],
  contact: "required" as const,
  work_bits: 0,
  wait_s: 0,
};
const incidents = { severities: ["critical" as const], unit_id: "7", on_end: "resolved" };

it("what is not touched is sent as it came", () => {
  const choices = [{ key: "one", name: { en: "First", zh: "一层" } }];
  const field = { ...NEW_FIELD, key: "floor", name: NAME, kind: "choice" as const, choices };
  const type = { ...bodyOf(PLAIN), key: "visit", fields: [field], incidents, public: letters };
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

it("a form for everybody goes with its switch", () => {
  expect(bodyOf(PLAIN).public).toBeNull();
  const off = bodyOf({ ...PLAIN, takes_enquiries: false, public: letters });
  expect(off.public).toBeNull();
  expect(bodyOf({ ...PLAIN, takes_enquiries: true, public: letters }).public).toEqual(letters);
});

it("what is emptied of a form for everybody is as in a new one", () => {
  const categories = [{ ...NEW_CATEGORY, key: "line", name: NAME }];
  const emptied = { unit_id: "7", title: NAME, categories, work_bits: null, wait_s: null };
  const body = bodyOf({ ...PLAIN, takes_enquiries: true, public: emptied });
  expect(body.public).toEqual({ ...NEW_PUBLIC, unit_id: "7", title: NAME, categories });
  expect(body.public).toMatchObject({ contact: "optional", work_bits: 16, wait_s: 5 });
});

it("a copy takes nothing from outside, and what it is opened with begins anew", () => {
  const copy = copyOf({ ...bodyOf(PLAIN), public: letters });
  expect(bodyOf(copy).public).toBeNull();
  expect(copy.public).toEqual(NEW_PUBLIC);
});

function sentOf(phase: "active" | "paused", waits_for_requester?: boolean | null) {
  const state = { ...NEW_STATE, phase, waits_for_requester };
  return bodyOf({ ...PLAIN, states: [state] }).states[0];
}

it("a state waits for who asks only while it is paused, and says so when it does not", () => {
  expect(sentOf("paused", true)).toMatchObject({ waits_for_requester: true });
  // Left out or null would leave it as it was.
  for (const off of [false, null, undefined]) {
    expect(sentOf("paused", off)).toMatchObject({ waits_for_requester: false });
  }
  expect(sentOf("active", true)).toMatchObject({ waits_for_requester: false });
});

it("entries at fault are found by the server's paths", () => {
  const fields = [
    "transitions[2].from[0]",
    "transitions.4.key",
    "states[1].key",
    "transitions",
    "public.categories[3].key",
    "public.fields[1]",
  ];
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
  expect([...faultyIn("public.categories", error)]).toEqual([3]);
  expect([...faultyIn("fields", error)]).toEqual([]);
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
