import { expect, it } from "vitest";
import type { JsonObject, TicketEntryView } from "../../../../api/contract";
import { masterOf } from "./merged";

function entry(kind: string, detail: JsonObject | null): TicketEntryView {
  const at = "2026-01-01T00:00:00Z";
  return { number: 1, at, by: "Ada", kind, public: false, state: null, text: "", detail };
}

const INTO = entry("merged", { into_id: "7", into: "INC-7" });

it("a ticket is merged into another until that is undone", () => {
  expect(masterOf([entry("opened", null), INTO])).toEqual({ id: "7", number: "INC-7" });
  expect(masterOf([INTO, entry("unmerged", { from_id: "7" })])).toBeNull();
});

it("a ticket that others were merged into is merged into none", () => {
  expect(masterOf([entry("merged", { merged: ["INC-2"] })])).toBeNull();
});
