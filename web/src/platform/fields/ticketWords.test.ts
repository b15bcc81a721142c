import { expect, it } from "vitest";
import type { TicketTypeView } from "../../api/contract";
import { ticketName } from "./ticketWords";

const name = (text: string) => ({ en: text, zh: text });

function type(key: string, closed: string): TicketTypeView {
  const one = {
    version: 1,
    changed_at: "",
    type: {
      key,
      name: name(`type ${key}`),
      states: [{ key: "closed", name: name(closed), phase: "closed" }],
      transitions: [{ key: "close", name: name(`close ${key}`) }],
    },
  };
  const made: unknown = one;
  if (!isType(made)) throw new Error("it is one");
  return made;
}

/** As far as names are asked for. */
function isType(one: unknown): one is TicketTypeView {
  return typeof one === "object" && one !== null && "type" in one;
}

const TYPES = [type("request", "Closed"), type("enquiry", "Archived")];

it("a key is called as the type of the ticket calls it", () => {
  expect(ticketName(TYPES, "state", "closed", "enquiry")?.en).toBe("Archived");
  expect(ticketName(TYPES, "from_state", "closed", "request")?.en).toBe("Closed");
  expect(ticketName(TYPES, "transition", "close", "enquiry")?.en).toBe("close enquiry");
  expect(ticketName(TYPES, "type", "enquiry", "enquiry")?.en).toBe("type enquiry");
});

it("without a type as the first that knows it does; what nobody knows has no name", () => {
  expect(ticketName(TYPES, "state", "closed", undefined)?.en).toBe("Closed");
  expect(ticketName(TYPES, "state", "lost", "request")).toBeUndefined();
  expect(ticketName(TYPES, "subject", "closed", "request")).toBeUndefined();
});
