import { Form, Input, Select } from "antd";
import type { TicketTypeView } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { useText, useWords } from "../../../kit/language";
import { useCan } from "../../../shell/can";
import { words } from "./words";

/** The type of the ticket that a failure opens; its key where the reader sees no types. */
export function TicketTypeField(props: { now: string | null | undefined }) {
  const said = useWords(words);
  const text = useText();
  const reads = useCan()("ticket.read") === null;
  const types = useItems<TicketTypeView>(reads ? "/ticket-types" : null);
  const options = types.items
    .filter((one) => one.type.enabled || one.type.key === props.now)
    .map((one) => ({ value: one.type.key, label: text(one.type.name) }));
  return (
    <Form.Item name="ticket_type" label={said.ticket_type}>
      {reads ? (
        <Select allowClear placeholder={said.ticket_none} options={options} />
      ) : (
        <Input allowClear maxLength={40} className="kit-code" placeholder={said.ticket_none} />
      )}
    </Form.Item>
  );
}
