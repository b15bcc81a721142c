import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select } from "antd";
import { useWords } from "../../../kit/language";
import { words } from "./silences/words";

const OPERATORS = ["=", "!=", "=~", "!~"].map((value) => ({ value, label: value }));

/** What labels have to be: any number of them, all of which have to fit. */
export function Matchers() {
  const said = useWords(words);
  return (
    <Form.List name="matchers">
      {(fields, { add, remove }) => (
        <Form.Item label={said.matchers}>
          {fields.map((field) => (
            <div key={field.key} className="alert-matcher">
              <Form.Item name={[field.name, "label"]} noStyle>
                <Input aria-label={said.label} placeholder={said.label} />
              </Form.Item>
              <Form.Item name={[field.name, "operator"]} noStyle>
                <Select aria-label={said.operator} options={OPERATORS} />
              </Form.Item>
              <Form.Item name={[field.name, "value"]} noStyle>
                <Input aria-label={said.value} placeholder={said.value} />
              </Form.Item>
              <Button
                icon={<DeleteOutlined />}
                aria-label={said.remove_matcher}
                onClick={() => remove(field.name)}
              />
            </div>
          ))}
          <Button
            icon={<PlusOutlined />}
            onClick={() => add({ label: "", operator: "=", value: "" })}
          >
            {said.add_matcher}
          </Button>
        </Form.Item>
      )}
    </Form.List>
  );
}
