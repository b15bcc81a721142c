import { Form, Input, InputNumber, Select, Switch } from "antd";
import type { ChannelKindView, ChannelView } from "../../api/contract";
import { useChange, useItems } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useText, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { words as kit } from "../../kit/words";
import { ChannelFields } from "./ChannelFields";
import { formOf, settingsOf } from "./channelSettings";
import type { SettingsForm } from "./channelSettings";
import { words } from "./words";

interface ChannelForm {
  name: string;
  kind: string;
  enabled: boolean;
  rate_per_minute?: number | null;
  settings?: SettingsForm;
}

interface ChannelDialogProps {
  /** The one to change; null: a new one. */
  channel: ChannelView | null;
  onClose: () => void;
}

/** The only kind that is there from the beginning and that nobody makes. */
const IN_APP = "in_app";

function ChannelForm(props: ChannelDialogProps & { kinds: ChannelKindView[] }) {
  const { channel, kinds, onClose } = props;
  const said = useWords(words);
  const textOf = useText();
  const { required } = useWords(kit);
  const [form] = Form.useForm<ChannelForm>();
  const first = channel?.kind ?? kinds.find((one) => one.name !== IN_APP)?.name ?? "";
  const kind = Form.useWatch("kind", form) ?? first;
  const fieldsOf = (name: string) => kinds.find((one) => one.name === name)?.fields ?? [];
  const save = useChange<ChannelView, ChannelForm>(
    ({ settings, rate_per_minute, ...rest }) => {
      const rate = rate_per_minute ? { rate_per_minute } : {};
      const name = channel?.kind ?? rest.kind;
      const body = { ...rest, ...rate, settings: settingsOf(fieldsOf(name), settings ?? {}) };
      if (!channel) return { method: "POST", path: "/channels", body };
      const { kind: _kind, ...change } = body;
      const { id, version } = channel;
      return { method: "PATCH", path: `/channels/${id}`, version, body: change };
    },
    { onDone: onClose },
  );
  const initial = channel
    ? { ...channel, settings: formOf(fieldsOf(channel.kind), channel.settings) }
    : { kind: first, enabled: true };
  const rules = [{ required: true, message: required }];
  const offered = kinds.filter((one) => channel !== null || one.name !== IN_APP);
  return (
    <FormDialog<ChannelForm>
      open
      title={channel ? fill(said.channel_edit, { name: channel.name }) : said.channel_new}
      submit={save}
      form={form}
      initial={initial}
      width={640}
      onClose={onClose}
    >
      <Form.Item name="kind" label={said.kind} rules={rules}>
        <Select
          disabled={channel !== null}
          options={offered.map((one) => ({ value: one.name, label: textOf(one.title) }))}
        />
      </Form.Item>
      <Form.Item name="name" label={said.name} rules={rules}>
        <Input maxLength={200} autoComplete="off" />
      </Form.Item>
      <ChannelFields key={kind} fields={fieldsOf(kind)} />
      <Form.Item name="rate_per_minute" label={said.rate}>
        <InputNumber
          className="kit-wide"
          min={1}
          precision={0}
          placeholder={String(kinds.find((one) => one.name === kind)?.rate_per_minute ?? "")}
        />
      </Form.Item>
      <Form.Item name="enabled" label={said.enabled} valuePropName="checked">
        <Switch />
      </Form.Item>
    </FormDialog>
  );
}

/** Makes a channel, or changes one. */
export function ChannelDialog(props: ChannelDialogProps) {
  const kinds = useItems<ChannelKindView>("/channel-kinds");
  if (kinds.items.length === 0) return null;
  return <ChannelForm {...props} kinds={kinds.items} />;
}
