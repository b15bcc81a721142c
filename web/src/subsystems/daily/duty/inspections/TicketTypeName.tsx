import type { TicketTypeView } from "../../../../api/contract";
import { useItems } from "../../../../api/hooks";
import { useText, useWords } from "../../../../kit/language";
import { useCan } from "../../../../shell/can";
import { words } from "./words";

/** What the tickets for what is abnormal are called; their key where the reader sees no types. */
export function TicketTypeName(props: { type: string | null | undefined }) {
  const said = useWords(words);
  const text = useText();
  const reads = useCan()("ticket.read") === null;
  const types = useItems<TicketTypeView>(reads && props.type ? "/ticket-types" : null);
  if (!props.type) return said.ticket_none;
  const known = types.items.find((one) => one.type.key === props.type);
  return known ? text(known.type.name) : props.type;
}
