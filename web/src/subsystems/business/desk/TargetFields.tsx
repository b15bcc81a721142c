import { Form, InputNumber, Select, Space } from "antd";
import { useWords } from "../../../kit/language";
import { words } from "./configWords";

/** A span that is promised; without an amount nothing is. */
export function TargetFields(props: { name: (string | number)[]; label: string }) {
  const said = useWords(words);
  return (
    <Form.Item label={props.label}>
      <Space.Compact>
        <Form.Item name={[...props.name, "amount"]} noStyle>
          <InputNumber
            min={1}
            precision={0}
            placeholder="–"
            aria-label={`${props.label} · ${said.amount}`}
          />
        </Form.Item>
        <Form.Item name={[...props.name, "unit"]} noStyle>
          <Select
            aria-label={props.label}
            style={{ minWidth: 110 }}
            options={[
              { value: "minutes", label: said.minutes },
              { value: "workdays", label: said.workdays },
            ]}
          />
        </Form.Item>
      </Space.Compact>
    </Form.Item>
  );
}
