import { Form, InputNumber } from "antd";
import type { EmergencyView, ScopeView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { ReasonField } from "../grants/GrantDialog";
import { ScopeField } from "../grants/ScopeField";
import { RoleSelect, UserSelect } from "../grants/UserSelect";
import { words } from "./words";

interface Values {
  user_id: string;
  role: string;
  scope: ScopeView;
  hours_max: number;
  reason: string;
}

const HOURS_MAX = 24;
const HOURS_DEFAULT = 4;

/** Seals a role for a user, to be taken in an emergency. */
export function SealDialog(props: { onClose: () => void }) {
  const said = useWords(words);
  const seal = useChange<EmergencyView, Values>(
    (body) => ({ method: "POST", path: "/emergencies", body }),
    { onDone: props.onClose, touches: ["profile"] },
  );
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<Values>
      open
      title={said.seal}
      submit={seal}
      submitText={said.seal}
      initial={{ hours_max: HOURS_DEFAULT, scope: { kind: "everything", ids: [] } }}
      onClose={props.onClose}
    >
      <Form.Item name="user_id" label={said.user} rules={required}>
        <UserSelect label={said.user} />
      </Form.Item>
      <Form.Item name="role" label={said.role} rules={required}>
        <RoleSelect label={said.role} />
      </Form.Item>
      <Form.Item name="scope" label={said.scope}>
        <ScopeField />
      </Form.Item>
      <Form.Item name="hours_max" label={said.hours_max} rules={required}>
        <InputNumber min={1} max={HOURS_MAX} precision={0} />
      </Form.Item>
      <ReasonField />
    </FormDialog>
  );
}
