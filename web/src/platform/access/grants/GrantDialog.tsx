import { Form, Input } from "antd";
import type { GrantView, HolderView, ScopeView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { DayInput } from "../../../kit/DayInput";
import { endOf, startOf } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { HolderField } from "./HolderField";
import { ScopeField } from "./ScopeField";
import { RoleSelect } from "./UserSelect";
import { words } from "./words";

interface Values {
  holder: HolderView;
  role: string;
  scope: ScopeView;
  valid_from?: string;
  valid_to?: string;
  reason: string;
}

const KINDS = ["user", "group", "post"] as const;
/** What grants change about what is shown elsewhere. */
export const TOUCHES = ["users", "groups", "access", "session", "profile", "journal"];

/** From when until when, by days. */
export function ValidityFields() {
  const said = useWords(words);
  return (
    <div className="access-pair">
      <Form.Item name="valid_from" label={said.valid_from}>
        <DayInput />
      </Form.Item>
      <Form.Item name="valid_to" label={said.valid_to}>
        <DayInput />
      </Form.Item>
    </div>
  );
}

/** Why something is done. */
export function ReasonField() {
  const said = useWords(words);
  return (
    <Form.Item name="reason" label={said.reason} rules={[{ required: true, message: said.required }]}>
      <Input.TextArea rows={2} maxLength={500} />
    </Form.Item>
  );
}

/** Grants a role within a scope to a user, a group or a post. */
export function GrantDialog(props: { holder?: HolderView; onClose: () => void }) {
  const said = useWords(words);
  const grant = useChange<GrantView, Values>(
    ({ valid_from, valid_to, ...values }) => ({
      method: "POST",
      path: "/grants",
      body: { ...values, valid_from: startOf(valid_from), valid_to: endOf(valid_to) },
    }),
    { onDone: props.onClose, touches: TOUCHES },
  );
  const required = [{ required: true, message: said.required }];
  const chosen = (_: unknown, holder: HolderView | undefined) =>
    holder?.id ? Promise.resolve() : Promise.reject(new Error(said.required));
  return (
    <FormDialog<Values>
      open
      width={640}
      title={said.grant_new}
      submit={grant}
      submitText={said.grant_new}
      initial={{ holder: props.holder ?? { kind: "user", id: "" } }}
      onClose={props.onClose}
    >
      <Form.Item name="holder" label={said.holder} required rules={[{ validator: chosen }]}>
        <HolderField kinds={KINDS} />
      </Form.Item>
      <Form.Item name="role" label={said.role} rules={required}>
        <RoleSelect label={said.role} />
      </Form.Item>
      <Form.Item name="scope" label={said.scope} rules={required}>
        <ScopeField />
      </Form.Item>
      <ValidityFields />
      <ReasonField />
    </FormDialog>
  );
}
