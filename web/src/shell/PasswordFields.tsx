import { Form, Input } from "antd";
import { useWords } from "../kit/language";
import { words } from "./words";

const LENGTH_MIN = 8;

/** A new password, typed twice. NIST SP 800-63B: length counts, no rules of composition. */
export function PasswordFields(props: { name: string; label: string }) {
  const said = useWords(words);
  return (
    <>
      <Form.Item
        name={props.name}
        label={props.label}
        extra={said.password_rule}
        rules={[
          { required: true, message: said.required },
          { min: LENGTH_MIN, message: said.password_short },
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={said.password_again}
        dependencies={[props.name]}
        rules={[
          { required: true, message: said.required },
          ({ getFieldValue }) => ({
            validator: (_rule, value: unknown) =>
              value === undefined || value === "" || value === getFieldValue(props.name)
                ? Promise.resolve()
                : Promise.reject(new Error(said.password_differs)),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
