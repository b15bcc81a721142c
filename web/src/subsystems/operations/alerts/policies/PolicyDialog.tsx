import { Form, Input, InputNumber, Select, Switch } from "antd";
import { useState } from "react";
import type {
  PageChain,
  PagePolicyView,
  PageRecipient,
  RegionView,
  UnitView,
} from "../../../../api/contract";
import { useAll, useChange } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useText, useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { useCan } from "../../../../shell/can";
import { Matchers } from "../Matchers";
import { Chains } from "./Chains";
import { Recipients } from "./Recipients";
import { words } from "./words";

interface Values {
  name: string;
  enabled: boolean;
  severity_min: PagePolicyView["severity_min"];
  matchers: PagePolicyView["matchers"];
  unit_ids: string[];
  region_ids: string[];
  recipients: PageRecipient[];
  chains: PageChain[];
  repeat_min?: number | null;
}

function valuesOf(policy: PagePolicyView | null): Partial<Values> {
  if (!policy) {
    return {
      name: "",
      enabled: true,
      severity_min: "critical",
      matchers: [],
      recipients: [],
      chains: [],
      repeat_min: 30,
    };
  }
  const { name, enabled, severity_min, matchers, unit_ids, region_ids } = policy;
  const { recipients, chains, repeat_s } = policy;
  const repeat_min = repeat_s === null ? null : repeat_s / 60;
  const places = { unit_ids, region_ids };
  return { name, enabled, severity_min, matchers, ...places, recipients, chains, repeat_min };
}

function bodyOf({ repeat_min, ...values }: Values) {
  return { ...values, repeat_s: repeat_min ? Math.round(repeat_min * 60) : null };
}

function PlaceFields() {
  const said = useWords(words);
  const text = useText();
  const reads = useCan()("directory.read") === null;
  const units = useAll<UnitView>(reads ? "/units" : null);
  const regions = useAll<RegionView>(reads ? "/regions" : null);
  const search = { optionFilterProp: "label" };
  return (
    <div className="rule-columns">
      <Form.Item name="unit_ids" label={said.units}>
        <Select
          mode="multiple"
          showSearch={search}
          placeholder={said.anywhere}
          options={units.items.map((one) => ({ value: one.id, label: text(one.name) }))}
        />
      </Form.Item>
      <Form.Item name="region_ids" label={said.regions}>
        <Select
          mode="multiple"
          showSearch={search}
          placeholder={said.anywhere}
          options={regions.items.map((one) => ({ value: one.id, label: text(one.name) }))}
        />
      </Form.Item>
    </div>
  );
}

/** Makes or changes a policy. */
export function PolicyDialog(props: { policy: PagePolicyView | null; onClose: () => void }) {
  const { policy, onClose } = props;
  const said = useWords(words);
  const [initial] = useState(() => valuesOf(policy));
  const save = useChange<PagePolicyView, Values>(
    (values) =>
      policy
        ? {
            method: "PUT",
            path: `/page-policies/${policy.id}`,
            version: policy.version,
            body: bodyOf(values),
          }
        : { method: "POST", path: "/page-policies", body: bodyOf(values) },
    { touches: ["journal"], onDone: onClose },
  );
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<Values>
      open
      title={policy ? fill(said.edit_of, { name: policy.name }) : said.new_policy}
      submit={save}
      {...(policy ? {} : { submitText: said.create })}
      width={680}
      initial={initial}
      onClose={onClose}
    >
      <Form.Item name="name" label={said.name} rules={required}>
        <Input maxLength={200} />
      </Form.Item>
      <div className="rule-columns">
        <Form.Item name="severity_min" label={said.severity_min}>
          <Select
            options={[
              { value: "critical", label: said.critical },
              { value: "warning", label: said.warning },
            ]}
          />
        </Form.Item>
        <Form.Item name="repeat_min" label={said.repeat} extra={said.repeat_about}>
          <InputNumber min={5} max={10_080} />
        </Form.Item>
        <Form.Item name="enabled" label={said.enabled} valuePropName="checked">
          <Switch />
        </Form.Item>
      </div>
      <Form.Item name="recipients" label={said.recipients}>
        <Recipients />
      </Form.Item>
      <Form.Item name="chains" label={said.chains} extra={said.chains_about}>
        <Chains />
      </Form.Item>
      <Matchers />
      <PlaceFields />
    </FormDialog>
  );
}
