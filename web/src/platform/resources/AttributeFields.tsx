import { Form, Input, InputNumber, Radio } from "antd";
import type { ReactNode } from "react";
import type { KindAttribute } from "../../api/contract";
import { useText, useWords } from "../../kit/language";
import { words } from "./words";

const NUMBERS = new Set(["number", "integer"]);
const PLACEHOLDERS: Record<string, string> = {
  ip: "192.0.2.10",
  url: "https://example.org/",
  time: "2026-01-31T08:00:00Z",
};

function inputOf(attribute: KindAttribute, said: { yes: string; no: string }): ReactNode {
  if (NUMBERS.has(attribute.type)) {
    return <InputNumber className="kit-wide" suffix={attribute.unit ?? undefined} />;
  }
  if (attribute.type === "boolean" || attribute.type === "bool") {
    const options = [
      { value: true, label: said.yes },
      { value: false, label: said.no },
    ];
    return <Radio.Group options={options} />;
  }
  return <Input allowClear spellCheck={false} placeholder={PLACEHOLDERS[attribute.type]} />;
}

/** The attributes that a kind defines, as fields of a form; their values lie in `attributes`. */
export function AttributeFields(props: { attributes: KindAttribute[] }) {
  const said = useWords(words);
  const text = useText();
  return (
    <div className="resource-fields">
      {props.attributes.map((attribute) => (
        <Form.Item
          key={attribute.name}
          name={["attributes", attribute.name]}
          label={text(attribute.title)}
        >
          {inputOf(attribute, said)}
        </Form.Item>
      ))}
    </div>
  );
}
