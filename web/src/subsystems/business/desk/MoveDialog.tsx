import { Form, Input } from "antd";
import type { TicketPageView, TicketTransitionView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useText, useWords } from "../../../kit/language";
import { UnitSelect } from "../../../platform/directory/PlaceSelect";
import { words } from "./words";

interface Values {
  text?: string;
  unit_id?: string;
}

/** Whether a transition can be done without asking for anything. */
export function asksNothing(way: TicketTransitionView): boolean {
  return way.effect === "none" && way.needs.length === 0;
}

/** What a transition asks for. */
export function MoveDialog(props: {
  ticket: TicketPageView;
  way: TicketTransitionView;
  onClose: () => void;
}) {
  const { ticket, way, onClose } = props;
  const said = useWords(words);
  const text = useText();
  const move = useChange<TicketPageView, Values>(
    (values) => ({
      method: "POST",
      path: `/tickets/${ticket.id}/transitions`,
      version: ticket.version,
      body: { transition: way.key, ...values },
    }),
    { touches: ["journal", "ticket-counts"], onDone: onClose },
  );
  const answers = way.effect === "answer" || way.effect === "draft";
  const needed = answers || way.effect === "return" || way.needs.includes("reason");
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<Values>
      open
      title={`${ticket.number} · ${text(way.name)}`}
      submit={move}
      submitText={text(way.name)}
      onClose={onClose}
    >
      {way.effect === "dispatch" ? (
        <Form.Item name="unit_id" label={said.to_unit} rules={required}>
          <UnitSelect label={said.to_unit} />
        </Form.Item>
      ) : null}
      <Form.Item
        name="text"
        label={answers ? said.answer : said.reason}
        rules={needed ? required : []}
      >
        <Input.TextArea rows={5} maxLength={10_000} />
      </Form.Item>
    </FormDialog>
  );
}
