import { expect, it } from "vitest";
import type { PhoneCallView } from "../../../../api/contract";
import { goesOn, outsideOf, talkedOf } from "./calls";

const CALL: PhoneCallView = {
  id: "1",
  call_id: "a",
  direction: "in",
  from: "13800001234",
  to: "8301",
  person_id: null,
  state: "talking",
  began_at: "2026-01-01T08:00:00Z",
  answered_at: "2026-01-01T08:00:05Z",
  answered_by: "wang",
  ended_at: null,
  cause: "",
};
const at = (time: string) => Date.parse(`2026-01-01T${time}Z`);

it("who is outside calls or is called", () => {
  expect(outsideOf(CALL)).toBe("13800001234");
  expect(outsideOf({ ...CALL, direction: "out" })).toBe("8301");
});

it("a call goes on until its end, and never for hours", () => {
  expect(goesOn(CALL, at("08:30:00"))).toBe(true);
  expect(goesOn(CALL, at("12:30:00"))).toBe(false);
  expect(goesOn({ ...CALL, state: "missed" }, at("08:30:00"))).toBe(false);
});

it("its length is what was talked", () => {
  expect(talkedOf(CALL)).toBeNull();
  expect(talkedOf({ ...CALL, ended_at: "2026-01-01T08:01:05Z" })).toBe(60);
  expect(talkedOf({ ...CALL, answered_at: null, ended_at: "2026-01-01T08:01:05Z" })).toBeNull();
});
