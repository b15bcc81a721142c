import { Form, InputNumber, Select, Switch } from "antd";
import { useState } from "react";
import type { ChannelView, WatchdogView } from "../../../../api/contract";
import { useChange, useItems } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { words } from "./words";

interface Values {
  enabled: boolean;
  channel: string;
  interval_s: number;
  within_s: number;
}

/** Sets which channel gets the heartbeat. Other recipients are set by the API and kept. */
export function HeartbeatDialog(props: {
  heartbeat: WatchdogView["heartbeat"];
  onClose: () => void;
}) {
  const { heartbeat, onClose } = props;
  const said = useWords(words);
  const channels = useItems<ChannelView>("/channels");
  const { recipient } = heartbeat;
  const [initial] = useState<Partial<Values>>(() => {
    const { interval_s, within_s } = heartbeat;
    const rest = { enabled: heartbeat.enabled || !recipient, interval_s, within_s };
    return recipient ? { ...rest, channel: recipient.id } : rest;
  });
  const known = channels.items.map((one) => ({ value: one.id, label: one.name }));
  const other = recipient && !known.some((one) => one.value === recipient.id);
  const options = other ? [{ value: recipient.id, label: recipient.name }, ...known] : known;
  const save = useChange<WatchdogView, Values>(
    ({ channel, ...values }) => {
      const name = options.find((one) => one.value === channel)?.label ?? "";
      const chosen = { kind: "channel", id: channel, name };
      const kept = recipient?.id === channel ? recipient : chosen;
      return {
        method: "PUT",
        path: "/watchdog/heartbeat",
        version: heartbeat.version,
        body: { ...values, recipient: kept },
      };
    },
    { touches: ["journal", "alerts"], onDone: onClose },
  );
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<Values>
      open
      title={said.edit_heartbeat}
      submit={save}
      initial={initial}
      onClose={onClose}
    >
      <Form.Item name="channel" label={said.recipient} rules={required}>
        <Select options={options} />
      </Form.Item>
      <div className="rule-columns">
        <Form.Item name="interval_s" label={said.interval}>
          <InputNumber min={60} max={604_800} />
        </Form.Item>
        <Form.Item name="within_s" label={said.within}>
          <InputNumber min={30} max={604_800} />
        </Form.Item>
        <Form.Item name="enabled" label={said.enabled} valuePropName="checked">
          <Switch />
        </Form.Item>
      </div>
    </FormDialog>
  );
}
