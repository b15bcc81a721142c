import { App, Button, Form, Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import type { SettingView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useText, useWords } from "../../kit/language";
import type { Said } from "../../kit/say";
import { fill } from "../../kit/say";
import { words } from "./words";

interface SettingForm {
  value: string | number | null;
}

function inputOf(schema: SettingView["schema"], said: Said<typeof words>): ReactNode {
  switch (schema.shape) {
    case "switch":
      return (
        <Select
          options={[
            { value: "true", label: said.on },
            { value: "false", label: said.off },
          ]}
        />
      );
    case "choice":
      return <Select options={schema.choices.map((value) => ({ value, label: value }))} />;
    case "number":
      return <InputNumber className="kit-wide" precision={0} />;
    default:
      return <Input spellCheck={false} autoComplete="off" className="kit-code" />;
  }
}

/** What a value may be, and when it holds. */
function hintOf(setting: SettingView, said: Said<typeof words>): string {
  const { minimum, maximum, because } = setting.schema;
  const bounded = minimum !== null && maximum !== null;
  const range = bounded ? fill(said.range, { minimum, maximum }) : null;
  const when = setting.effect === "at_start" ? said.at_start : said.at_once;
  return [range, because, when].filter(Boolean).join(" · ");
}

/** Gives a setting another value; the server says what it may be. */
export function SettingDialog(props: { setting: SettingView; onClose: () => void }) {
  const { setting, onClose } = props;
  const said = useWords(words);
  const textOf = useText();
  const { message } = App.useApp();
  const { key } = setting;
  const save = useChange<SettingView, SettingForm>(
    ({ value }) => ({
      method: "PUT",
      path: `/settings/${encodeURIComponent(key)}`,
      body: { value: value === null ? null : String(value) },
    }),
    {
      touches: ["journal"],
      onDone: () => {
        void message.success(fill(said.saved, { key }));
        onClose();
      },
    },
  );
  const shown = setting.next_value ?? setting.value;
  return (
    <FormDialog<SettingForm>
      open
      title={fill(said.change_title, { key })}
      submit={save}
      initial={{ value: shown }}
      onClose={onClose}
      extra={
        setting.source === "database" || setting.next_value !== null ? (
          <Button loading={save.isPending} onClick={() => save.mutate({ value: null })}>
            {said.reset}
          </Button>
        ) : null
      }
    >
      <p className="kit-quiet">{textOf(setting.description)}</p>
      <Form.Item name="value" label={said.value} extra={hintOf(setting, said)}>
        {inputOf(setting.schema, said)}
      </Form.Item>
      <p className="kit-quiet">
        {fill(said.default, { value: setting.default || said.not_set })}
      </p>
    </FormDialog>
  );
}
