import { Form, Input } from "antd";
import type { ReactNode } from "react";
import { FormDialog } from "../../../kit/Form";
import type { Submit } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { words } from "./words";

export interface PasswordAgain {
  password: string;
}

/** One's password, once more. */
export function PasswordField(props: { focused?: boolean }) {
  const said = useWords(words);
  return (
    <Form.Item
      name="password"
      label={said.password}
      extra={said.password_why}
      rules={[{ required: true, message: said.required }]}
    >
      <Input.Password autoComplete="current-password" autoFocus={props.focused ?? false} />
    </Form.Item>
  );
}

/** Asks for one's password once more before something delicate. */
export function PasswordDialog(props: {
  title: string;
  submitText: string;
  submit: Submit<PasswordAgain>;
  onClose: () => void;
  children?: ReactNode;
}) {
  return (
    <FormDialog<PasswordAgain>
      open
      title={props.title}
      submit={props.submit}
      submitText={props.submitText}
      onClose={props.onClose}
    >
      {props.children}
      <PasswordField focused />
    </FormDialog>
  );
}
