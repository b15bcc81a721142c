import { Form, Input, InputNumber, Select, Switch } from "antd";
import { useState } from "react";
import type { WatchdogView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { words } from "./words";

interface Values {
  enabled: boolean;
  url?: string;
  method: string;
  interval_s: number;
}

/** Sets which address outside is asked. */
export function OutsideDialog(props: { outside: WatchdogView["outside"]; onClose: () => void }) {
  const { outside, onClose } = props;
  const said = useWords(words);
  const [initial] = useState<Partial<Values>>(() => {
    const { method, interval_s } = outside;
    return { enabled: outside.enabled || !outside.host, method, interval_s };
  });
  const save = useChange<WatchdogView, Values>(
    ({ url, ...values }) => ({
      method: "PUT",
      path: "/watchdog/outside",
      version: outside.version,
      body: url ? { ...values, url } : values,
    }),
    { touches: ["journal", "alerts"], onDone: onClose },
  );
  return (
    <FormDialog<Values>
      open
      title={said.edit_outside}
      submit={save}
      initial={initial}
      onClose={onClose}
    >
      <Form.Item
        name="url"
        label={said.url}
        extra={outside.host ? said.url_about : said.url_sealed}
        rules={outside.host ? [] : [{ required: true, message: said.required }]}
      >
        <Input.Password autoComplete="off" maxLength={2000} placeholder={outside.host} />
      </Form.Item>
      <div className="rule-columns">
        <Form.Item name="method" label={said.method}>
          <Select options={[{ value: "GET", label: "GET" }, { value: "POST", label: "POST" }]} />
        </Form.Item>
        <Form.Item name="interval_s" label={said.interval}>
          <InputNumber min={30} max={86_400} />
        </Form.Item>
        <Form.Item name="enabled" label={said.enabled} valuePropName="checked">
          <Switch />
        </Form.Item>
      </div>
    </FormDialog>
  );
}
