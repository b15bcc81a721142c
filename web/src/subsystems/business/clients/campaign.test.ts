import { expect, it } from "vitest";
import type { CampaignBody, CampaignView } from "../../../api/contract";
import { bodyOf, isOverdue, needsReason, sumOf, valuesOf } from "./campaign";

const BODY: CampaignBody = {
  name: "WPS",
  kind: "upgrade",
  unit_id: "u",
  owner_id: null,
  software: "WPS Office",
  software_version: "12.1",
  instructions: "",
  machines: { filter: "kind = host" },
  from: "2026-09-21",
  to: "2026-09-25",
  ticket_type: "incident",
};

function view(state: CampaignView["state"]): CampaignView {
  return {
    id: "c",
    version: 1,
    campaign: BODY,
    owner: null,
    chosen: [],
    state,
    counts: { planned: 0, in_progress: 0, done: 0, failed: 0, skipped: 0 },
    created_at: "",
    changed_at: "",
    started_at: null,
    ended_at: null,
    may_work: true,
    may_change: true,
  };
}

it("what is read goes back as it was, by a filter and one by one", () => {
  expect(bodyOf(valuesOf(BODY))).toEqual(BODY);
  const listed = { ...BODY, machines: { resources: ["a", "b"] } };
  expect(bodyOf(valuesOf(listed))).toEqual(listed);
});

it("an empty choice of ticket type means that failures open none", () => {
  expect(bodyOf({ ...valuesOf(BODY), ticket_type: "" }).ticket_type).toBeNull();
});

it("machines that failed or are skipped are done with", () => {
  const counts = { planned: 3, in_progress: 1, done: 4, failed: 1, skipped: 1 };
  expect(sumOf(counts)).toEqual({ all: 10, over: 6 });
});

it("what is over is not overdue", () => {
  expect(isOverdue(view("running"), "2026-09-26")).toBe(true);
  expect(isOverdue(view("running"), "2026-09-25")).toBe(false);
  expect(isOverdue(view("finished"), "2026-09-26")).toBe(false);
});

it("only failures and what is left out need a reason", () => {
  expect([needsReason("failed"), needsReason("skipped")]).toEqual([true, true]);
  expect([needsReason("done"), needsReason(undefined)]).toEqual([false, false]);
});
