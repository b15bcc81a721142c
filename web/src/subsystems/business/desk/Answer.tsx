import { Form, Input, InputNumber, Radio, Select } from "antd";
import type { TicketFieldView } from "../../../api/contract";
import { useText, useWords } from "../../../kit/language";
import { words } from "./words";

/** A question of a ticket's form. */
export function Answer(props: { field: TicketFieldView }) {
  const { field } = props;
  const said = useWords(words);
  const text = useText();
  const input = () => {
    switch (field.kind) {
      case "text":
        return <Input maxLength={200} />;
      case "long_text":
        return <Input.TextArea rows={3} maxLength={10_000} />;
      case "number":
        return <InputNumber />;
      case "date":
        return <Input type="date" />;
      case "choice":
        return (
          <Select
            allowClear
            options={field.choices.map((one) => ({ value: one.key, label: text(one.name) }))}
          />
        );
      case "yes_no":
        return (
          <Radio.Group
            aria-label={text(field.name)}
            options={[
              { value: true, label: said.yes },
              { value: false, label: said.no },
            ]}
          />
        );
    }
  };
  return (
    <Form.Item
      name={["fields", field.key]}
      label={text(field.name)}
      rules={[{ required: field.required, message: said.required }]}
    >
      {input()}
    </Form.Item>
  );
}
