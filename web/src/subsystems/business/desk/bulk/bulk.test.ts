import { expect, it } from "vitest";
import type { TicketTypeView, TicketView } from "../../../../api/contract";
import { bodyOf, PLAIN } from "../types/typeForm";
import { actionOf, commonWays, isLikely, needsOf, priorityOf } from "./bulk";

const TYPE: TicketTypeView = { version: 1, changed_at: "", type: { ...bodyOf(PLAIN), key: "visit" } };
const SOMEBODY = { id: "1", name: { en: "Ops", zh: "运维科" } };

function ticket(id: string, state: string, phase: TicketView["phase"]): TicketView {
  const at = "2026-01-01T00:00:00Z";
  return {
    id,
    number: `VIS-${id}`,
    type: "visit",
    type_name: SOMEBODY.name,
    subject: "x",
    state,
    state_name: SOMEBODY.name,
    phase,
    impact: "low",
    urgency: "low",
    priority: 5,
    unit: SOMEBODY,
    region: null,
    person: null,
    post: null,
    requester: { name: "", contact: "", person_id: null },
    channel: "phone",
    opened_by: "Ada",
    opened_at: at,
    changed_at: at,
    responded_at: null,
    resolved_at: null,
    closed_at: null,
    due_at: null,
    overdue: false,
    supervised: false,
    reopened: 0,
    lacking: 0,
    response_kept: null,
    resolution_kept: null,
    version: 1,
  };
}

const FRESH = ticket("1", "new", "new");
const OVER = ticket("2", "closed", "closed");

it("a way that one of several can take is offered, with those that can", () => {
  const [accept] = commonWays([FRESH, OVER], [TYPE]);
  expect(accept?.key).toBe("accept");
  expect([...(accept?.tickets ?? [])]).toEqual(["1"]);
  expect([FRESH, OVER].map((one) => isLikely("move", one, accept))).toEqual([true, false]);
  expect(needsOf(accept)).toEqual({ answers: false, text: false, unit: false, person: false });
  expect(commonWays([OVER], [TYPE])).toEqual([]);
});

it("what is over is given to nobody, and its priority is told beforehand", () => {
  expect([FRESH, OVER].map((one) => isLikely("assign", one, undefined))).toEqual([true, false]);
  const matrix = TYPE.type.matrix;
  expect(priorityOf(TYPE, { impact: "high", urgency: "low" })).toBe(matrix[0]?.[2]);
  expect(priorityOf(TYPE, { impact: "high" })).toBeNull();
});

it("what is sent holds what the chosen form holds, and nothing of another", () => {
  const values = { to: "nobody", person_id: "7", transition: "accept", text: "" } as const;
  expect(actionOf("assign", values)).toEqual({ assign: { person_id: null, post_id: null } });
  expect(actionOf("move", { ...values, person_id: "" })).toEqual({ move: { transition: "accept" } });
});
