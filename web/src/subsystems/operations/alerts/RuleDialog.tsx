import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Select, Switch } from "antd";
import { useState } from "react";
import { ask } from "../../../api/client";
import type { RuleView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import type { Problem } from "../../../api/problem";
import { FormDialog } from "../../../kit/Form";
import { useText, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { BackTest } from "./backTest/BackTest";
import { ConditionFields } from "./ConditionFields";
import { bodyOf, valuesOf } from "./ruleValues";
import type { RuleValues } from "./ruleValues";
import { words } from "./words";

function NameFields() {
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  return (
    <>
      <div className="rule-columns">
        <Form.Item name={["name", "zh"]} label={said.name_zh} rules={required}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name={["name", "en"]} label={said.name_en} rules={required}>
          <Input maxLength={200} />
        </Form.Item>
      </div>
      <Form.Item name={["summary", "zh"]} label={said.summary_zh}>
        <Input.TextArea rows={1} />
      </Form.Item>
      <Form.Item name={["summary", "en"]} label={said.summary_en}>
        <Input.TextArea rows={1} />
      </Form.Item>
    </>
  );
}

function Stale(props: { onTake: () => void }) {
  const said = useWords(words);
  return (
    <Alert
      type="warning"
      showIcon
      className="kit-error"
      title={said.stale}
      description={said.stale_about}
      action={<Button onClick={props.onTake}>{said.take_newest}</Button>}
    />
  );
}

/** Makes or changes a rule. */
export function RuleDialog(props: { rule: RuleView | null; onClose: () => void }) {
  const { rule, onClose } = props;
  const said = useWords(words);
  const text = useText();
  const [form] = Form.useForm<RuleValues>();
  const [initial] = useState(() => valuesOf(rule));
  const [type, setType] = useState(initial.condition?.type ?? "threshold");
  const [version, setVersion] = useState(rule?.version);
  const save = useChange<RuleView, RuleValues>(
    (values) =>
      rule
        ? { method: "PATCH", path: `/alert-rules/${rule.id}`, version, body: bodyOf(values) }
        : { method: "POST", path: "/alert-rules", body: bodyOf(values) },
    { touches: ["alerts", "journal"], onDone: onClose },
  );
  const newest = useMutation<RuleView, Problem>({
    mutationFn: () => ask<RuleView>({ method: "GET", path: `/alert-rules/${rule?.id ?? ""}` }),
    onSuccess: (fresh) => {
      save.reset();
      setVersion(fresh.version);
    },
  });
  return (
    <FormDialog<RuleValues>
      open
      title={rule ? fill(said.edit_of, { name: text(rule.name) }) : said.new_rule}
      submit={save}
      form={form}
      {...(rule ? {} : { submitText: said.create })}
      width={680}
      initial={initial}
      onClose={onClose}
      onValues={(values) => setType(values.condition.type)}
    >
      {save.error?.status === 412 ? <Stale onTake={() => newest.mutate()} /> : null}
      <NameFields />
      <div className="rule-columns">
        <Form.Item name="severity" label={said.severity}>
          <Select
            options={[
              { value: "critical", label: said.critical },
              { value: "warning", label: said.warning },
              { value: "info", label: said.info },
            ]}
          />
        </Form.Item>
        <Form.Item name="enabled" label={said.enabled} valuePropName="checked">
          <Switch />
        </Form.Item>
      </div>
      <ConditionFields type={type} />
      {type === "check_state" ? null : <BackTest form={form} rule_id={rule?.id ?? null} />}
    </FormDialog>
  );
}
