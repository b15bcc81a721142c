import { Form, Input, Select } from "antd";
import type { CannedReplyBody, CannedReplyView, TicketTypeView } from "../../../../api/contract";
import { useChange, useItems } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useText, useWords } from "../../../../kit/language";
import { UnitSelect } from "../../../../platform/directory/PlaceSelect";
import { words } from "./words";

const LANGUAGES = ["en", "zh"] as const;

/** Makes a canned reply, or changes one. */
export function CannedDialog(props: { reply: CannedReplyView | null; onClose: () => void }) {
  const { reply, onClose } = props;
  const said = useWords(words);
  const text = useText();
  const types = useItems<TicketTypeView>("/ticket-types").items;
  const save = useChange<CannedReplyView, CannedReplyBody>(
    (values) => {
      const { name, text: says, type_key, unit_id } = values;
      const body = { name, text: says, type_key: type_key || null, unit_id: unit_id || null };
      if (!reply) return { method: "POST", path: "/canned-replies", body };
      const path = `/canned-replies/${reply.id}`;
      return { method: "PUT", path, version: reply.version, body };
    },
    // What fits a ticket is read anew, too.
    { touches: ["journal", "tickets"], onDone: onClose },
  );
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<CannedReplyBody>
      open
      width={680}
      title={reply ? text(reply.reply.name) : said.new_reply}
      initial={reply?.reply ?? {}}
      submit={save}
      onClose={onClose}
    >
      {LANGUAGES.map((one) => (
        <Form.Item key={one} name={["name", one]} label={said[`name_${one}`]} rules={required}>
          <Input maxLength={100} />
        </Form.Item>
      ))}
      <p className="kit-quiet">{said.placeholders}</p>
      {LANGUAGES.map((one) => (
        <Form.Item key={one} name={["text", one]} label={said[`text_${one}`]} rules={required}>
          <Input.TextArea rows={5} maxLength={10_000} />
        </Form.Item>
      ))}
      <Form.Item name="type_key" label={said.only_type}>
        <Select
          allowClear
          placeholder={said.every_ticket}
          options={types.map((one) => ({ value: one.type.key, label: text(one.type.name) }))}
        />
      </Form.Item>
      <Form.Item name="unit_id" label={said.only_unit}>
        <UnitSelect label={said.only_unit} />
      </Form.Item>
    </FormDialog>
  );
}
