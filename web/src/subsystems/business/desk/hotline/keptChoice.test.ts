import { expect, it } from "vitest";
import { choiceOf } from "./keptChoice";

it("what was kept is read, and what cannot be read is nothing", () => {
  expect(choiceOf('{"type":"incident","unit_id":"7"}')).toEqual({ type: "incident", unit_id: "7" });
  for (const kept of [null, "", "null", "[]", "{", '{"type":1,"unit_id":[]}']) {
    expect(choiceOf(kept)).toEqual({ type: "request", unit_id: "" });
  }
});
