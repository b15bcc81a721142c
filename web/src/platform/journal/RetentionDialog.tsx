import { Form, InputNumber } from "antd";
import type { SettingView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { words } from "./words";

interface Retention {
  days: number;
}

/** Says how long the journal stays at hand: the auditor's, who may also lower it. */
export function RetentionDialog(props: { setting: SettingView; onClose: () => void }) {
  const { setting, onClose } = props;
  const said = useWords(words);
  const save = useChange<SettingView, Retention>(
    (body) => ({ method: "PUT", path: "/journal/retention", body }),
    { touches: ["journal"], onDone: onClose },
  );
  return (
    <FormDialog<Retention>
      open
      title={said.retention}
      submit={save}
      initial={{ days: Number(setting.next_value ?? setting.value) }}
      onClose={onClose}
    >
      <p className="kit-quiet">{said.retention_about}</p>
      <Form.Item name="days" label={said.retention_days} rules={[{ required: true }]}>
        <InputNumber
          min={setting.schema.minimum ?? 180}
          max={setting.schema.maximum ?? 36_500}
          precision={0}
        />
      </Form.Item>
    </FormDialog>
  );
}
