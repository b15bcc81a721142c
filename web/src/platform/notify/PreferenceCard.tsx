import { App, Button, Checkbox, Form, Input, Select } from "antd";
import { useState } from "react";
import type { NotificationPreferenceView } from "../../api/contract";
import { useChange, useOne } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ownZone } from "../../kit/days";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { FormPage } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { useCan } from "../../shell/can";
import { desktopAllowed } from "./useDesktop";
import { words } from "./words";
import "./notify.css";

const WAYS = ["in_app", "mail", "sms", "wecom", "dingtalk", "feishu", "webhook"] as const;
const DIRECTORY = "";
const HOUR = "22:00";
const MORNING = "07:00";

interface PreferenceForm {
  language: string;
  ways: string[];
  urgent_ways: string[];
  has_quiet: boolean;
  quiet?: { from: string; to: string; zone: string };
}

/** Asks the browser once whether urgent notifications may be shown on the desktop. */
function Desktop() {
  const said = useWords(words);
  const [state, setState] = useState<"ask" | "on" | "off">(() => {
    if (desktopAllowed()) return "on";
    return "Notification" in window && Notification.permission === "default" ? "ask" : "off";
  });
  if (state === "on") return <p className="kit-quiet">{said.desktop_on}</p>;
  if (state === "off") return <p className="kit-quiet">{said.desktop_off}</p>;
  const request = async () => {
    setState((await Notification.requestPermission()) === "granted" ? "on" : "off");
  };
  return <Button onClick={() => void request()}>{said.desktop}</Button>;
}

function QuietFields() {
  const said = useWords(words);
  const has = Form.useWatch("has_quiet");
  const zones = Intl.supportedValuesOf("timeZone").map((value) => ({ value, label: value }));
  return (
    <>
      <Form.Item name="has_quiet" valuePropName="checked" extra={said.quiet_about}>
        <Checkbox>{said.quiet}</Checkbox>
      </Form.Item>
      {has ? (
        <div className="notify-quiet">
          <Form.Item name={["quiet", "from"]} label={said.quiet_from}>
            <Input type="time" />
          </Form.Item>
          <Form.Item name={["quiet", "to"]} label={said.quiet_to}>
            <Input type="time" />
          </Form.Item>
          <Form.Item name={["quiet", "zone"]} label={said.quiet_zone}>
            <Select showSearch options={zones} />
          </Form.Item>
        </div>
      ) : null}
    </>
  );
}

function PreferenceForm(props: { preference: NotificationPreferenceView }) {
  const { preference } = props;
  const said = useWords(words);
  const { message } = App.useApp();
  const refusal = useCan()("profile.change");
  const save = useChange<NotificationPreferenceView, PreferenceForm>(
    ({ language, has_quiet, quiet, ways, urgent_ways }) => ({
      method: "PUT",
      path: "/notification-preference",
      body: {
        ways,
        urgent_ways,
        language: language || null,
        quiet: has_quiet ? quiet : null,
      },
    }),
    { onDone: () => void message.success(said.saved) },
  );
  const ways = WAYS.map((value) => ({ value, label: said[`way_${value}`] }));
  const zone = ownZone();
  return (
    <FormPage<PreferenceForm>
      submit={save}
      refusal={refusal}
      initial={{
        language: preference.language ?? DIRECTORY,
        ways: preference.ways,
        urgent_ways: preference.urgent_ways,
        has_quiet: preference.quiet !== null,
        quiet: preference.quiet ?? { from: HOUR, to: MORNING, zone },
      }}
    >
      <Form.Item name="ways" label={said.ways_usual}>
        <Checkbox.Group options={ways} />
      </Form.Item>
      <Form.Item name="urgent_ways" label={said.ways_urgent}>
        <Checkbox.Group options={ways} />
      </Form.Item>
      <Form.Item name="language" label={said.language}>
        <Select
          options={[
            { value: DIRECTORY, label: said.language_directory },
            { value: "zh", label: "中文" },
            { value: "en", label: "English" },
          ]}
        />
      </Form.Item>
      <QuietFields />
    </FormPage>
  );
}

/** How one wants to be told: by which ways, in which language, and when not. */
export function PreferenceCard() {
  const said = useWords(words);
  const refusal = useCan()("notification.read");
  const read = useOne<NotificationPreferenceView>(
    refusal === null ? "/notification-preference" : null,
  );
  if (refusal !== null) return null;
  return (
    <Card title={said.ways} extra={<Desktop />}>
      <ErrorPanel problem={read.problem} onRetry={read.reload} />
      {read.value ? <PreferenceForm preference={read.value} /> : null}
    </Card>
  );
}
