import { Button, Form, Input, Select, Space, Switch } from "antd";
import type { SlaEffectView, SlaPolicyDraft, SlaPolicyView } from "../../../api/contract";
import type { Items } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { FormDialog } from "../../../kit/Form";
import { formatExact } from "../../../kit/format";
import { useLanguage, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { words } from "./configWords";
import { draftOf, formOf, USUAL } from "./policyForm";
import type { PolicyForm as Values } from "./policyForm";
import { TargetFields } from "./TargetFields";

const PERCENTS = [50, 75, 80, 90, 100, 120, 150].map((value) => ({ value, label: `${value} %` }));

function Effects(props: { effects: SlaEffectView[] }) {
  const said = useWords(words);
  const language = useLanguage();
  const at = (time: string | null) => (time ? formatExact(time, language) : said.still);
  const changed = props.effects.filter((one) => one.due_at !== one.due_then);
  const same = props.effects.length - changed.length;
  if (props.effects.length === 0) return <p role="status">{said.preview_none}</p>;
  return (
    <div role="status">
      <ul className="desk-list">
        {changed.map((one) => (
          <li key={one.ticket_id}>
            {fill(said.preview_line, {
              number: one.number,
              before: at(one.due_at),
              after: at(one.due_then),
            })}
          </li>
        ))}
      </ul>
      {same > 0 ? <p className="kit-quiet">{fill(said.preview_same, { n: same })}</p> : null}
    </div>
  );
}

/** Makes a service level, or changes one and shows first what that means for open tickets. */
export function PolicyDialog(props: { policy: SlaPolicyView | null; onClose: () => void }) {
  const { policy, onClose } = props;
  const said = useWords(words);
  const [form] = Form.useForm<Values>();
  const required = [{ required: true, message: said.required }];
  const path = policy ? `/sla-policies/${policy.id}` : "/sla-policies";
  const draft = policy?.policy ?? USUAL;
  const save = useChange<SlaPolicyView, Values>(
    (values) => {
      const said_now = draftOf(draft, values);
      if (!policy) return { method: "POST", path, body: said_now };
      const body = { policy: said_now, open_too: values.open_too };
      return { method: "PUT", path, version: policy.version, body };
    },
    { touches: ["journal", "tickets"], onDone: onClose },
  );
  const preview = useChange<Items<SlaEffectView>, SlaPolicyDraft>((body) => ({
    method: "POST",
    path: `${path}/preview`,
    body,
  }));
  return (
    <FormDialog<Values>
      open
      form={form}
      width={680}
      title={policy ? said.edit : said.new_policy}
      initial={formOf(draft)}
      submit={save}
      onClose={onClose}
      extra={
        policy ? (
          <Button
            loading={preview.isPending}
            onClick={() => preview.mutate(draftOf(draft, form.getFieldsValue(true)))}
          >
            {said.preview}
          </Button>
        ) : null
      }
    >
      <Form.Item name={["name", "en"]} label={said.name_en} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name={["name", "zh"]} label={said.name_zh} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="zone" label={said.zone} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="calendar" label={said.calendar}>
        <Select
          options={(["china", "weekdays", "every_day"] as const).map((value) => ({
            value,
            label: said[value],
          }))}
        />
      </Form.Item>
      <Form.Item name="hours" label={said.hours} rules={required}>
        <Input maxLength={200} />
      </Form.Item>
      {draft.targets.map((target, at) => (
        <Space key={target.priority} wrap>
          <TargetFields
            name={["targets", at, "response"]}
            label={`P${target.priority} · ${said.response}`}
          />
          <TargetFields
            name={["targets", at, "resolution"]}
            label={`P${target.priority} · ${said.resolution}`}
          />
        </Space>
      ))}
      <Space wrap>
        <TargetFields name={["hop"]} label={said.hop} />
        <TargetFields name={["return_within"]} label={said.return_within} />
      </Space>
      <Form.Item name="warn_percents" label={said.warn_percents}>
        <Select mode="multiple" options={PERCENTS} />
      </Form.Item>
      {policy ? (
        <Form.Item name="open_too" label={said.open_too} valuePropName="checked">
          <Switch />
        </Form.Item>
      ) : null}
      <ErrorPanel problem={preview.error} />
      {preview.data ? <Effects effects={preview.data.items} /> : null}
    </FormDialog>
  );
}
