import { Collapse, Form, Input, InputNumber, Switch } from "antd";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { words as kit } from "../../kit/words";
import { PairsField } from "../notify/PairsField";
import { SecretSelect } from "../notify/SecretSelect";
import { rulesOf } from "./destinationForm";
import { words } from "./words";
import "../notify/notify.css";

const RULE_EXAMPLE =
  '[{"source_labels": ["__name__"], "regex": "go_.*", "action": "drop"}]';
/** The bounds that the server holds to. */
const NUMBERS = [
  ["shards", 1, 32],
  ["request_samples", 1, 10_000],
  ["queue_mib", 16, 1_048_576],
  ["queue_h", 1, 8_760],
] as const;

/** Where it is, and what vouches for us there. */
function Place() {
  const said = useWords(words);
  const { required } = useWords(kit);
  const rules = [{ required: true, message: required }];
  return (
    <>
      <Form.Item name="name" label={said.name} rules={rules}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <Form.Item name={["settings", "write_url"]} label={said.write_url} rules={rules}>
        <Input
          maxLength={2_000}
          spellCheck={false}
          autoComplete="off"
          placeholder="https://metrics.example/api/v1/write"
        />
      </Form.Item>
      <Form.Item
        name={["settings", "history_url"]}
        label={said.history_url}
        extra={said.history_hint}
      >
        <Input
          maxLength={2_000}
          spellCheck={false}
          autoComplete="off"
          placeholder="https://metrics.example"
        />
      </Form.Item>
      <Form.Item name={["settings", "user"]} label={said.user} extra={said.user_hint}>
        <Input maxLength={200} spellCheck={false} autoComplete="off" />
      </Form.Item>
      <Form.Item name={["settings", "secret_id"]} label={said.secret}>
        <SecretSelect label={said.secret} />
      </Form.Item>
      <Form.Item name="enabled" label={said.enabled} valuePropName="checked">
        <Switch />
      </Form.Item>
    </>
  );
}

/** What goes there, how fast, and how much waits. */
function More() {
  const said = useWords(words);
  const wrong = fill(said.relabel_wrong, { example: RULE_EXAMPLE });
  const validator = (_: unknown, typed?: string) =>
    !typed || rulesOf(typed) ? Promise.resolve() : Promise.reject(new Error(wrong));
  return (
    <>
      <PairsField
        path={["settings", "external_labels"]}
        label={said.external_labels}
        secrets={false}
      />
      <Form.Item
        name={["settings", "relabel"]}
        label={said.relabel}
        extra={wrong}
        rules={[{ validator }]}
      >
        <Input.TextArea rows={4} spellCheck={false} className="kit-code" />
      </Form.Item>
      {NUMBERS.map(([name, min, max]) => (
        <Form.Item key={name} name={["settings", name]} label={said[name]}>
          <InputNumber className="kit-wide" min={min} max={max} precision={0} />
        </Form.Item>
      ))}
      <Form.Item name={["settings", "ca_pem"]} label={said.ca_pem}>
        <Input.TextArea rows={3} spellCheck={false} className="kit-code" />
      </Form.Item>
    </>
  );
}

/** The fields of a destination; what seldom matters is folded, and there all the same. */
export function DestinationFields() {
  const said = useWords(words);
  const more = { key: "more", label: said.more, children: <More />, forceRender: true };
  return (
    <>
      <Place />
      <Collapse size="small" items={[more]} />
    </>
  );
}
