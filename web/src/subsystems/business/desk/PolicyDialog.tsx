import { Button, Form, Input, InputNumber, Select, Space, Switch } from "antd";
import type { SlaEffectView, SlaPolicyDraft, SlaPolicyView } from "../../../api/contract";
import type { Items, SlaTargetView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { FormDialog } from "../../../kit/Form";
import { formatExact } from "../../../kit/format";
import { useLanguage, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { words } from "./configWords";

type Values = Pick<SlaPolicyDraft, "name" | "zone" | "calendar" | "hours" | "targets"> & {
  hop: SlaTargetView | null;
  open_too: boolean;
};

function draftOf(policy: SlaPolicyView, values: Values): SlaPolicyDraft {
  const { open_too: _, ...given } = values;
  const targets = given.targets.map((one, at) => ({
    ...policy.policy.targets[at],
    ...one,
    priority: policy.policy.targets[at]?.priority ?? at + 1,
  }));
  return { ...policy.policy, ...given, targets };
}

function TargetFields(props: { name: (string | number)[]; label: string }) {
  const said = useWords(words);
  return (
    <Form.Item label={props.label}>
      <Space.Compact>
        <Form.Item name={[...props.name, "amount"]} noStyle>
          <InputNumber min={1} precision={0} aria-label={`${props.label} · ${said.amount}`} />
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

/** Changes a service level, and shows first what that means for open tickets. */
export function PolicyDialog(props: { policy: SlaPolicyView; onClose: () => void }) {
  const { policy, onClose } = props;
  const said = useWords(words);
  const [form] = Form.useForm<Values>();
  const required = [{ required: true, message: said.required }];
  const path = `/sla-policies/${policy.id}`;
  const save = useChange<SlaPolicyView, Values>(
    (values) => ({
      method: "PUT",
      path,
      version: policy.version,
      body: { policy: draftOf(policy, values), open_too: values.open_too },
    }),
    { touches: ["journal", "tickets"], onDone: onClose },
  );
  const preview = useChange<Items<SlaEffectView>, SlaPolicyDraft>((draft) => ({
    method: "POST",
    path: `${path}/preview`,
    body: draft,
  }));
  const { name, zone, calendar, hours, targets, hop } = policy.policy;
  return (
    <FormDialog<Values>
      open
      form={form}
      width={680}
      title={said.edit}
      initial={{ name, zone, calendar, hours, targets, hop, open_too: false }}
      submit={save}
      onClose={onClose}
      extra={
        <Button
          loading={preview.isPending}
          onClick={() => preview.mutate(draftOf(policy, form.getFieldsValue(true)))}
        >
          {said.preview}
        </Button>
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
      {targets.map((target, at) => (
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
      {hop ? <TargetFields name={["hop"]} label={said.hop} /> : null}
      <Form.Item name="open_too" label={said.open_too} valuePropName="checked">
        <Switch />
      </Form.Item>
      <ErrorPanel problem={preview.error} />
      {preview.data ? <Effects effects={preview.data.items} /> : null}
    </FormDialog>
  );
}
