import { Form, Input, InputNumber, Select } from "antd";
import type { CheckProtocolView, RuleCondition } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { useText, useWords } from "../../../kit/language";
import { words } from "./words";

const OPERATORS = [">", ">=", "<", "<="].map((value) => ({ value, label: value }));

function CheckStateFields() {
  const said = useWords(words);
  const text = useText();
  const protocols = useItems<CheckProtocolView>("/check-protocols");
  return (
    <div className="rule-columns">
      <Form.Item
        name={["condition", "states"]}
        label={said.states}
        rules={[{ required: true, message: said.required }]}
      >
        <Select
          mode="multiple"
          options={[
            { value: "critical", label: said.critical },
            { value: "warning", label: said.warning },
            { value: "unknown", label: said.unknown },
          ]}
        />
      </Form.Item>
      <Form.Item name={["condition", "protocols"]} label={said.protocols}>
        <Select
          mode="multiple"
          placeholder={said.protocols_hint}
          options={protocols.items.map((one) => ({ value: one.name, label: text(one.title) }))}
        />
      </Form.Item>
    </div>
  );
}

function ThresholdFields() {
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  return (
    <>
      <Form.Item
        name={["condition", "selector"]}
        label={said.selector}
        extra={said.selector_hint}
        rules={required}
      >
        <Input
          className="kit-code"
          spellCheck={false}
          placeholder={'mainstay_filesystem_used_ratio{mountpoint="/"}'}
        />
      </Form.Item>
      <div className="rule-columns">
        <Form.Item name={["condition", "derive"]} label={said.derive}>
          <Select
            options={[
              { value: "last", label: said.derive_last },
              { value: "average", label: said.derive_average },
              { value: "rate", label: said.derive_rate },
            ]}
          />
        </Form.Item>
        <Form.Item name={["condition", "window_s"]} label={said.window}>
          <InputNumber className="kit-wide" min={10} max={90_000} precision={0} />
        </Form.Item>
        <Form.Item name={["condition", "operator"]} label={said.operator} rules={required}>
          <Select options={OPERATORS} />
        </Form.Item>
        <Form.Item name={["condition", "threshold"]} label={said.threshold} rules={required}>
          <InputNumber className="kit-wide" />
        </Form.Item>
        <Form.Item
          name={["condition", "clear_threshold"]}
          label={said.clear_threshold}
          extra={said.clear_about}
        >
          <InputNumber className="kit-wide" />
        </Form.Item>
        <Form.Item name={["condition", "for_s"]} label={said.for_s}>
          <InputNumber className="kit-wide" min={0} max={86_400} precision={0} />
        </Form.Item>
      </div>
    </>
  );
}

function QueryFields() {
  const said = useWords(words);
  return (
    <>
      <Form.Item
        name={["condition", "expr"]}
        label={said.expr}
        extra={said.expr_about}
        rules={[{ required: true, message: said.required }]}
      >
        <Input.TextArea
          className="kit-code"
          spellCheck={false}
          rows={4}
          placeholder={"sum by (resource) (rate(http_requests_total{code=~\"5..\"}[5m])) > 1"}
        />
      </Form.Item>
      <div className="rule-columns">
        <Form.Item name={["condition", "for_s"]} label={said.for_s}>
          <InputNumber className="kit-wide" min={0} max={86_400} precision={0} />
        </Form.Item>
        <Form.Item name={["condition", "keep_firing_for_s"]} label={said.keep_firing_for_s}>
          <InputNumber className="kit-wide" min={0} max={86_400} precision={0} />
        </Form.Item>
      </div>
    </>
  );
}

const FIELDS_OF = {
  check_state: CheckStateFields,
  threshold: ThresholdFields,
  query: QueryFields,
};

/** The condition of a rule: states of checks, a limit on a measured value, or what a query yields. */
export function ConditionFields(props: { type: RuleCondition["type"] }) {
  const said = useWords(words);
  const Fields = FIELDS_OF[props.type];
  return (
    <fieldset className="kit-fieldset">
      <legend>{said.condition}</legend>
      <Form.Item name={["condition", "type"]} label={said.type}>
        <Select
          options={[
            { value: "threshold", label: said.type_threshold },
            { value: "check_state", label: said.type_check },
            { value: "query", label: said.type_query },
          ]}
        />
      </Form.Item>
      <Fields />
    </fieldset>
  );
}
