import type { TicketTypeView } from "../../api/contract";

type Said = { en: string; zh: string };

/** The names that each type gives to what a field of a ticket says by its key. */
function namesIn(one: TicketTypeView, field: string, key: string): (Said | undefined)[] {
  switch (field) {
    case "type":
      return [one.type.key === key ? one.type.name : undefined];
    case "state":
    case "from_state":
      return [one.type.states.find((state) => state.key === key)?.name];
    case "transition":
      return [one.type.transitions.find((way) => way.key === key)?.name];
    default:
      return [];
  }
}

/**
 * What a key of a ticket is called: in the type that it is of, where that is known, otherwise in
 * the first that has such a one.
 */
export function ticketName(
  types: readonly TicketTypeView[],
  field: string,
  key: string,
  type: string | undefined,
): Said | undefined {
  const own = types.filter((one) => one.type.key === type);
  return [...own, ...types].flatMap((one) => namesIn(one, field, key)).find((name) => name);
}
