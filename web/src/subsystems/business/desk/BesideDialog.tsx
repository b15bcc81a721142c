import { Form, Input, InputNumber, Radio } from "antd";
import type { TicketPageView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { UnitSelect } from "../../../platform/directory/PlaceSelect";
import { CannedPicker, withReply } from "./replies/CannedPicker";
import { StaleNotice, useOpenedVersion } from "./StaleNotice";
import { words } from "./words";

/** What is done beside the ways of a type. */
export type Beside =
  | { kind: "comment"; text?: string }
  | { kind: "assist" | "supervise" | "extend" }
  | { kind: "give" | "report"; number: number };

interface Values {
  text?: string;
  reason?: string;
  public?: boolean;
  unit_id?: string;
  minutes?: number;
  days?: number;
}

const DAY_MS = 86_400_000;
const TEXT_MAX = 4000;
/** What was typed for a new ticket fits into a comment, too. */
const COMMENT_MAX = 50_000;

function requestOf(beside: Beside, values: Values): { path: string; body: object } {
  const { text, reason, unit_id, minutes } = values;
  switch (beside.kind) {
    case "comment":
      return { path: "comments", body: { text, public: values.public === true } };
    case "assist":
      return { path: "assists", body: { unit_id, text } };
    case "supervise": {
      const due_at = new Date(Date.now() + (values.days ?? 1) * DAY_MS).toISOString();
      return { path: "orders", body: { text, due_at } };
    }
    case "extend":
      return { path: "extensions", body: { minutes, reason } };
    case "give":
      return { path: `assists/${beside.number}/answer`, body: { text } };
    case "report":
      return { path: `orders/${beside.number}/report`, body: { text } };
  }
}

function Canned(props: { ticket_id: string }) {
  const form = Form.useFormInstance<Values>();
  const put = (reply: string) =>
    form.setFieldValue("text", withReply(form.getFieldValue("text"), reply));
  return <CannedPicker ticket_id={props.ticket_id} onPick={put} />;
}

function Fields(props: { beside: Beside; ticket_id: string }) {
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  const text = (label: string, name: "text" | "reason" = "text", most = TEXT_MAX) => (
    <Form.Item name={name} label={label} rules={required}>
      <Input.TextArea rows={5} maxLength={most} />
    </Form.Item>
  );
  switch (props.beside.kind) {
    case "comment":
      return (
        <>
          <Form.Item name="public" label={said.write} extra={said.write_about} initialValue={false}>
            <Radio.Group
              aria-label={said.write}
              options={[
                { value: false, label: said.note },
                { value: true, label: said.reply },
              ]}
            />
          </Form.Item>
          <Canned ticket_id={props.ticket_id} />
          {text(said.text, "text", COMMENT_MAX)}
        </>
      );
    case "assist":
      return (
        <>
          <Form.Item name="unit_id" label={said.to_unit} rules={required}>
            <UnitSelect label={said.to_unit} />
          </Form.Item>
          {text(said.about)}
        </>
      );
    case "supervise":
      return (
        <>
          {text(said.order_text)}
          <Form.Item name="days" label={said.order_due} rules={required} initialValue={3}>
            <InputNumber min={1} max={365} precision={0} />
          </Form.Item>
        </>
      );
    case "extend":
      return (
        <>
          <Form.Item name="minutes" label={said.extend_minutes} rules={required}>
            <InputNumber min={1} max={525_600} precision={0} />
          </Form.Item>
          {text(said.reason, "reason")}
        </>
      );
    case "give":
    case "report":
      return text(said.text);
  }
}

/** Writes, asks for help or for more time, orders supervision, or answers one of these. */
export function BesideDialog(props: {
  ticket: TicketPageView;
  beside: Beside;
  onClose: () => void;
}) {
  const { ticket, beside, onClose } = props;
  const said = useWords(words);
  const [version, setVersion] = useOpenedVersion(ticket);
  const send = useChange<TicketPageView, Values>(
    (values) => {
      const { path, body } = requestOf(beside, values);
      const at = `/tickets/${ticket.id}/${path}`;
      return { method: "POST", path: at, version, body };
    },
    { touches: ["journal", "ticket-counts"], onDone: onClose },
  );
  const titles = {
    comment: said.write,
    assist: said.assist_ask,
    supervise: said.supervise,
    extend: said.extend,
    give: said.assist_give,
    report: said.report,
  };
  return (
    <FormDialog<Values>
      open
      title={`${ticket.number} · ${titles[beside.kind]}`}
      initial={beside.kind === "comment" && beside.text ? { text: beside.text } : {}}
      submit={send}
      onClose={onClose}
    >
      <StaleNotice ticket={ticket} version={version} sending={send} onTake={setVersion} />
      <Fields beside={beside} ticket_id={ticket.id} />
    </FormDialog>
  );
}
