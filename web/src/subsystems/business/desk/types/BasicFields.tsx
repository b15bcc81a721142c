import { Form, Input, Select, Switch } from "antd";
import type { SlaPolicyView } from "../../../../api/contract";
import { useItems } from "../../../../api/hooks";
import { useText, useWords } from "../../../../kit/language";
import { words } from "./words";

/** What a kind of ticket is called, how its tickets are numbered, and what is promised. */
export function BasicFields(props: { known: boolean }) {
  const said = useWords(words);
  const text = useText();
  const policies = useItems<SlaPolicyView>("/sla-policies").items.filter((one) => !one.retired);
  return (
    <fieldset className="kit-fieldset">
      <legend>{said.basics}</legend>
      <div className="desk-fields">
        <Form.Item name="key" label={said.key} extra={said.key_about}>
          <Input disabled={props.known} spellCheck={false} maxLength={40} />
        </Form.Item>
        <Form.Item name="prefix" label={said.prefix}>
          <Input spellCheck={false} maxLength={8} />
        </Form.Item>
        <Form.Item name={["name", "en"]} label={said.name_en}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name={["name", "zh"]} label={said.name_zh}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="policy_id" label={said.policy}>
          <Select
            allowClear
            placeholder={said.none}
            options={policies.map((one) => ({ value: one.id, label: text(one.policy.name) }))}
          />
        </Form.Item>
        <Form.Item name="enabled" label={said.enabled} valuePropName="checked">
          <Switch />
        </Form.Item>
      </div>
    </fieldset>
  );
}
