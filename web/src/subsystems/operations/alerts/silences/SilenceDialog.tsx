import { Button, Form, Input, InputNumber, Select, Switch } from "antd";
import { useState } from "react";
import type { SilencePreviewView, SilenceView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { FormDialog } from "../../../../kit/Form";
import { useText, useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { ResourceSelect } from "../../../../platform/resources/ResourceSelect";
import { Matchers } from "../Matchers";
import { bodyOf, valuesOf } from "./silenceValues";
import type { SilenceValues } from "./silenceValues";
import { words } from "./words";

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

function WeeklyFields() {
  const said = useWords(words);
  return (
    <>
      <Form.Item name="days" label={said.days}>
        <Select
          mode="multiple"
          options={DAYS.map((value) => ({ value, label: said[`day_${value}`] }))}
        />
      </Form.Item>
      <div className="rule-columns">
        <Form.Item name="from" label={said.from}>
          <Input maxLength={5} />
        </Form.Item>
        <Form.Item name="minutes" label={said.minutes}>
          <InputNumber min={1} max={1440} />
        </Form.Item>
        <Form.Item name="zone" label={said.zone}>
          <Input />
        </Form.Item>
      </div>
    </>
  );
}

function Preview(props: { values: SilenceValues }) {
  const said = useWords(words);
  const text = useText();
  const look = useChange<SilencePreviewView>(() => ({
    method: "POST",
    path: "/silences/preview",
    body: bodyOf(props.values),
  }));
  return (
    <>
      <Button loading={look.isPending} onClick={() => look.mutate()}>
        {said.preview}
      </Button>
      <ErrorPanel problem={look.error} />
      {look.data ? (
        <div role="status">
          <p>{fill(said.preview_count, { count: String(look.data.count) })}</p>
          <ul>
            {look.data.alerts.map((alert) => (
              <li key={alert.id}>
                {alert.resource_name} {text(alert.title)}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </>
  );
}

/** Makes or changes a silence. */
export function SilenceDialog(props: {
  silence: SilenceView | null;
  onClose: () => void;
}) {
  const { silence, onClose } = props;
  const said = useWords(words);
  const [initial] = useState(() => valuesOf(silence, new Date()));
  const [values, setValues] = useState<SilenceValues>(initial);
  const save = useChange<SilenceView, SilenceValues>(
    (typed) =>
      silence
        ? {
            method: "PUT",
            path: `/silences/${silence.id}`,
            version: silence.version,
            body: bodyOf(typed),
          }
        : { method: "POST", path: "/silences", body: bodyOf(typed) },
    { touches: ["journal", "incidents"], onDone: onClose },
  );
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<SilenceValues>
      open
      title={silence ? said.edit : said.new_silence}
      submit={save}
      {...(silence ? {} : { submitText: said.create })}
      width={680}
      initial={initial}
      onClose={onClose}
      onValues={setValues}
    >
      <Form.Item name="reason" label={said.reason} rules={required}>
        <Input maxLength={1000} />
      </Form.Item>
      <Form.Item name="resource_id" label={said.resource}>
        <ResourceSelect label={said.resource} />
      </Form.Item>
      <Form.Item name="neighbourhood" label={said.neighbourhood} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Matchers />
      <div className="rule-columns">
        <Form.Item name="starts" label={said.starts} rules={required}>
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item name="ends" label={said.ends} rules={required}>
          <Input type="datetime-local" />
        </Form.Item>
      </div>
      <Form.Item name="repeats" label={said.weekly} valuePropName="checked">
        <Switch />
      </Form.Item>
      {values.repeats ? <WeeklyFields /> : null}
      <Preview values={values} />
    </FormDialog>
  );
}
