import { Form, Input, InputNumber, Select, Switch } from "antd";
import { useState } from "react";
import type { CheckProtocolView, JsonObject, ResourceView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { useText, useWords } from "../../kit/language";
import { SchemaForm } from "../../kit/SchemaForm";
import { words } from "./words";

/** What the form of a check holds. */
export interface CheckValues {
  resource_id: string;
  name: string;
  protocol: string;
  spec?: JsonObject;
  interval_s?: number;
  retry_interval_s?: number;
  timeout_s?: number;
  attempts_max?: number;
  enabled: boolean;
}

/** Chooses a resource by typing part of its name. */
function ResourceField(props: { known: { id: string; name: string } | null }) {
  const said = useWords(words);
  const [q, setQ] = useState("");
  const found = useList<ResourceView>("/resources", { q, limit: 20 });
  const { known } = props;
  const options = found.items.map((one) => ({ value: one.id, label: one.name }));
  if (known && !options.some((one) => one.value === known.id)) {
    options.unshift({ value: known.id, label: known.name });
  }
  return (
    <Form.Item
      name="resource_id"
      label={said.resource}
      rules={[{ required: true, message: said.required }]}
    >
      <Select
        disabled={known !== null}
        showSearch={{ filterOption: false, onSearch: setQ }}
        placeholder={said.resource_hint}
        loading={found.loading}
        options={options}
      />
    </Form.Item>
  );
}

function Timing() {
  const said = useWords(words);
  const fields = [
    { name: "interval_s", label: said.interval, min: 1, max: 86_400 },
    { name: "retry_interval_s", label: said.retry_interval, min: 1, max: 86_400 },
    { name: "timeout_s", label: said.timeout, min: 0.1, max: 60 },
    { name: "attempts_max", label: said.attempts, min: 1, max: 10 },
  ];
  return (
    <fieldset className="kit-fieldset">
      <legend>{said.timing}</legend>
      <div className="check-timing">
        {fields.map(({ name, label, min, max }) => (
          <Form.Item key={name} name={name} label={label}>
            <InputNumber className="kit-wide" min={min} max={max} />
          </Form.Item>
        ))}
      </div>
    </fieldset>
  );
}

/** The fields of a check: on what, how it asks, how often. */
export function CheckFields(props: {
  resource: { id: string; name: string } | null;
  protocols: CheckProtocolView[];
  protocol: string;
  /** False for a check that exists: its way of asking stays. */
  free: boolean;
}) {
  const { protocols, protocol } = props;
  const said = useWords(words);
  const text = useText();
  const schema = protocols.find((one) => one.name === protocol)?.schema;
  const required = [{ required: true, message: said.required }];
  return (
    <>
      <ResourceField known={props.resource} />
      <Form.Item name="name" label={said.check_name} rules={required}>
        <Input maxLength={200} spellCheck={false} />
      </Form.Item>
      <Form.Item name="protocol" label={said.protocol} rules={required}>
        <Select
          disabled={!props.free}
          options={protocols.map((one) => ({ value: one.name, label: text(one.title) }))}
        />
      </Form.Item>
      {schema ? <SchemaForm key={protocol} schema={schema} path={["spec"]} /> : null}
      <Timing />
      <Form.Item name="enabled" label={said.enabled} valuePropName="checked">
        <Switch />
      </Form.Item>
    </>
  );
}
