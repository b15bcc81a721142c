import { useQuery } from "@tanstack/react-query";
import { App, Form, Input, InputNumber, Select, Skeleton } from "antd";
import { useState } from "react";
import { askVersioned } from "../../../../api/client";
import type { EventMappingView, Severity } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import type { Problem } from "../../../../api/problem";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { FormPage } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { PageHeader } from "../../../../kit/PageHeader";
import { fill } from "../../../../kit/say";
import { HappenedCard } from "../../../../platform/resources/HappenedCard";
import { useCan } from "../../../../shell/can";
import { bodyOf, formOf, SEVERITIES, twiceIn } from "./mappingForm";
import type { MappingForm } from "./mappingForm";
import { words } from "./words";
import "../alerts.css";

interface Versioned {
  value: EventMappingView;
  version: number;
}

/** The values of the label that mean one severity. */
function Values(props: { severity: Severity }) {
  const { severity } = props;
  const said = useWords(words);
  const form = Form.useFormInstance<MappingForm>();
  const once = () => {
    const twice = twiceIn(form.getFieldValue("severities"), severity);
    return twice === undefined
      ? Promise.resolve()
      : Promise.reject(new Error(fill(said.twice, { value: twice })));
  };
  return (
    <Form.Item
      name={["severities", severity]}
      label={fill(said.values_of, { severity: said[severity] })}
      dependencies={SEVERITIES.filter((one) => one !== severity).map((one) => ["severities", one])}
      rules={[{ validator: once }]}
    >
      <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", "，", " "]} />
    </Form.Item>
  );
}

function Editor(props: { read: Versioned; onSaved: () => void }) {
  const said = useWords(words);
  const { message } = App.useApp();
  const refusal = useCan()("alert-rule.change");
  // What others save meanwhile is told when this is sent, and does not change what is typed.
  const [was] = useState(props.read);
  const save = useChange<EventMappingView, MappingForm>(
    (values) => ({ method: "PUT", path: "/event-mapping", version: was.version, body: bodyOf(values) }),
    {
      touches: ["journal"],
      onDone: () => {
        void message.success(said.saved);
        props.onSaved();
      },
    },
  );
  const required = [{ required: true, message: said.required }];
  return (
    <FormPage<MappingForm> initial={formOf(was.value)} submit={save} refusal={refusal}>
      <fieldset className="kit-fieldset">
        <legend>{said.severity}</legend>
        <Form.Item name="severity_label" label={said.severity_label} rules={required}>
          <Input maxLength={200} spellCheck={false} />
        </Form.Item>
        {SEVERITIES.map((severity) => (
          <Values key={severity} severity={severity} />
        ))}
        <p className="kit-quiet">{said.values_about}</p>
        <Form.Item name="severity_default" label={said.severity_default} rules={required}>
          <Select options={SEVERITIES.map((value) => ({ value, label: said[value] }))} />
        </Form.Item>
      </fieldset>
      <fieldset className="kit-fieldset">
        <legend>{said.resource}</legend>
        <Form.Item name="resource_labels" label={said.resource_labels} extra={said.resource_about}>
          <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", "，", " "]} />
        </Form.Item>
      </fieldset>
      <fieldset className="kit-fieldset">
        <legend>{said.end}</legend>
        <Form.Item name="resolve_timeout_s" label={said.resolve_timeout_s} rules={required}>
          <InputNumber min={10} max={86_400} precision={0} />
        </Form.Item>
      </fieldset>
    </FormPage>
  );
}

/** How labels of alerts of other systems are read. */
export default function MappingPage() {
  const said = useWords(words);
  const can = useCan();
  const [saved, setSaved] = useState(0);
  const read = useQuery<Versioned, Problem>({
    queryKey: ["event-mapping", "one"],
    queryFn: ({ signal }) => askVersioned({ method: "GET", path: "/event-mapping", signal }),
  });
  return (
    <div className="alert-page">
      <PageHeader title={said.mapping} about={said.about} />
      <ErrorPanel problem={read.error} onRetry={() => void read.refetch()} />
      {read.isPending ? <Skeleton active /> : null}
      {read.data ? (
        <Card title={said.mapping}>
          <Editor key={saved} read={read.data} onSaved={() => setSaved(saved + 1)} />
        </Card>
      ) : null}
      {can("journal.read") === null ? (
        <HappenedCard title={said.history} about={{ subject_kind: "event_mapping" }} />
      ) : null}
    </div>
  );
}
