import { expect, it } from "vitest";
import type { IncidentCallState, IncidentPageView } from "../../../../api/contract";
import { toldOf } from "./calls";

const PAGE: IncidentPageView = {
  id: "1",
  at: "2026-03-01T00:00:00Z",
  policy_id: "2",
  policy_name: "Night",
  occasion: "opened",
  recipient_kind: "person",
  recipient_name: "王芳",
  message_id: "3",
  receipt: "",
  state: "sent",
  call: null,
};
const call = (state: IncidentCallState): IncidentPageView => ({
  ...PAGE,
  recipient_kind: "chain",
  call: { state, answered_by: null, reason: null },
});

it("calls of chains are counted apart from messages, and what nobody was called by is neither", () => {
  const pages = [
    PAGE,
    { ...PAGE, occasion: "resolved" as const },
    call("answered"),
    call("running"),
    call("not_started"),
  ];
  expect(toldOf(pages)).toEqual({ messages: 1, calls: 2, answered: 1 });
  expect(toldOf([])).toEqual({ messages: 0, calls: 0, answered: 0 });
});
