import { expect, it } from "vitest";
import { boardQueryOf, KEYS, queryOf } from "./views";
import type { TicketsView } from "./views";

const EMPTY: TicketsView = {
  list: "",
  type: "",
  priority: "",
  q: "",
  sort: "",
  unit_id: "",
  region_id: "",
  from: "",
  to: "",
  kept: "",
  as: "",
  month: "",
};

it("the server is asked for what narrows, and not for how it is looked at", () => {
  expect(Object.keys(EMPTY)).toEqual([...KEYS]);
  expect(queryOf(EMPTY)).toEqual({ open: "true" });
  const view = { ...EMPTY, list: "every", from: "2026-03-01", to: "2026-03-31", as: "board" };
  expect(queryOf({ ...view, kept: "false", month: "2026-03" })).toEqual({
    opened_from: "2026-03-01T00:00:00.000Z",
    opened_to: "2026-04-01T00:00:00.000Z",
    resolution_kept: "false",
  });
});

it("a board shows what is over in columns of its own", () => {
  expect(boardQueryOf({ ...EMPTY, list: "mine", sort: "due" })).toEqual({ whose: "mine" });
  expect(boardQueryOf({ ...EMPTY, list: "over" })).toEqual({ open: "false" });
});
