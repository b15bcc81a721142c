import { Form, Input } from "antd";
import type { TicketPageView, TicketTransitionView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { filledIn } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useText, useWords } from "../../../kit/language";
import { words as kitWords } from "../../../kit/words";
import { PersonSelect } from "../../../platform/directory/people/PostSelect";
import { UnitSelect } from "../../../platform/directory/PlaceSelect";
import { CannedPicker, withReply } from "./replies/CannedPicker";
import { StaleNotice, useOpenedVersion } from "./StaleNotice";
import { words } from "./words";

interface Values {
  text?: string;
  unit_id?: string;
  person_id?: string;
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
  const kit = useWords(kitWords);
  const name = useText()(way.name);
  const [form] = Form.useForm<Values>();
  const [version, setVersion] = useOpenedVersion(ticket);
  const move = useChange<TicketPageView, Values>(
    (values) => ({
      method: "POST",
      path: `/tickets/${ticket.id}/transitions`,
      version,
      body: { transition: way.key, ...filledIn(values) },
    }),
    { touches: ["journal", "ticket-counts"], onDone: onClose },
  );
  const dispatches = way.effect === "dispatch";
  const answers = way.effect === "answer" || way.effect === "draft";
  const needed = answers || way.effect === "return" || way.needs.includes("reason");
  const assigns = way.needs.includes("assignee");
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<Values>
      open
      form={form}
      title={`${ticket.number} · ${name}`}
      submit={move}
      // A ticket is cancelled by another button than the dialog is.
      submitText={name === kit.cancel ? said.confirm : name}
      onClose={onClose}
    >
      <StaleNotice ticket={ticket} version={version} sending={move} onTake={setVersion} />
      {dispatches ? (
        <Form.Item name="unit_id" label={said.to_unit} rules={required}>
          <UnitSelect label={said.to_unit} />
        </Form.Item>
      ) : null}
      {dispatches || assigns ? (
        <Form.Item name="person_id" label={said.to_person} rules={assigns ? required : []}>
          <PersonSelect label={said.to_person} clearable />
        </Form.Item>
      ) : null}
      {answers ? (
        <CannedPicker
          ticket_id={ticket.id}
          onPick={(reply) =>
            form.setFieldValue("text", withReply(form.getFieldValue("text"), reply))
          }
        />
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
