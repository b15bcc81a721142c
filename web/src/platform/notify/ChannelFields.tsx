import { Form, Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import type { ChannelField } from "../../api/contract";
import { useText, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { words as kit } from "../../kit/words";
import { objectOf } from "./channelSettings";
import { PairsField } from "./PairsField";
import { SecretSelect } from "./SecretSelect";
import { words } from "./words";

const OBJECT_EXAMPLE = '{"pointer": "/code", "equals": 0}';

function inputOf(field: ChannelField, title: string): ReactNode {
  switch (field.shape) {
    case "number":
      return <InputNumber className="kit-wide" min={1} precision={0} />;
    case "choice":
      return (
        <Select allowClear options={field.choices.map((value) => ({ value, label: value }))} />
      );
    case "secret":
      return <SecretSelect label={title} />;
    case "long_text":
    case "object":
      return <Input.TextArea rows={4} spellCheck={false} className="kit-code" />;
    default:
      return <Input spellCheck={false} autoComplete="off" />;
  }
}

function OneField(props: { field: ChannelField }) {
  const { field } = props;
  const said = useWords(words);
  const { required } = useWords(kit);
  const textOf = useText();
  const title = textOf(field.title);
  const path = ["settings", field.name];
  if (field.shape === "texts" || field.shape === "secrets") {
    return <PairsField path={path} label={title} secrets={field.shape === "secrets"} />;
  }
  const wrong = fill(said.object_wrong, { example: OBJECT_EXAMPLE });
  const rules = [
    ...(field.required ? [{ required: true, message: required }] : []),
    ...(field.shape === "object"
      ? [
          {
            validator: (_: unknown, typed?: string) =>
              !typed || objectOf(typed) ? Promise.resolve() : Promise.reject(new Error(wrong)),
          },
        ]
      : []),
  ];
  return (
    <Form.Item
      name={path}
      label={title}
      rules={rules}
      extra={field.shape === "object" ? wrong : null}
    >
      {inputOf(field, title)}
    </Form.Item>
  );
}

/** The settings of a kind of channel, as the server describes them. */
export function ChannelFields(props: { fields: ChannelField[] }) {
  return props.fields.map((field) => <OneField key={field.name} field={field} />);
}
