import { expect, it } from "vitest";
import { chainStanding } from "./chainStanding";

const OFF = { enabled: false };
const ON = { enabled: true };
const WELL = { breaks: [], waiting_since: null };

it("while nobody watches nobody says that all works", () => {
  expect(chainStanding({ chain: WELL, outside: OFF, heartbeat: OFF })).toBe("unwatched");
  expect(chainStanding({ chain: WELL, outside: ON, heartbeat: OFF })).toBe("works");
});

it("what waits in vain is seen by whoever looks, watched or not", () => {
  const chain = { ...WELL, waiting_since: "2026-03-01T00:00:00Z" };
  expect(chainStanding({ chain, outside: OFF, heartbeat: OFF })).toBe("waiting");
  const broken = { ...chain, breaks: [{ en: "No rule was evaluated.", zh: "规则未计算。" }] };
  expect(chainStanding({ chain: broken, outside: OFF, heartbeat: ON })).toBe("broken");
});
