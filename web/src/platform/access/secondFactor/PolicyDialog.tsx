import { Form, InputNumber, Select } from "antd";
import type { RoleView } from "../../../api/contract";
import type { SecondFactorPolicyView } from "../../../api/contractSignIn";
import { useChange, useItems } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useText, useWords } from "../../../kit/language";
import { words } from "./policyWords";

interface Values {
  required_of: string;
  roles?: string[];
  grace_days: number;
}

const REQUIRED_OF = ["nobody", "administrators", "roles", "everybody"] as const;

/** Says of whom a second factor is required. */
export function PolicyDialog(props: { policy: SecondFactorPolicyView; onClose: () => void }) {
  const { policy, onClose } = props;
  const said = useWords(words);
  const text = useText();
  const roles = useItems<RoleView>("/roles").items;
  const save = useChange<SecondFactorPolicyView, Values>(
    ({ required_of, roles: which, grace_days }) => ({
      method: "PUT",
      path: "/access/second-factor-policy",
      version: policy.version,
      body: { required_of, grace_days, roles: required_of === "roles" ? (which ?? []) : [] },
    }),
    { touches: ["session", "profile", "journal"], onDone: onClose },
  );
  const options = roles.map((role) => ({ value: role.name, label: text(role.title) }));
  return (
    <FormDialog<Values>
      open
      title={said.title}
      submit={save}
      initial={{
        required_of: policy.required_of,
        roles: policy.roles,
        grace_days: policy.grace_days,
      }}
      onClose={onClose}
    >
      <p>{said.about}</p>
      <Form.Item name="required_of" label={said.required_of}>
        <Select options={REQUIRED_OF.map((one) => ({ value: one, label: said[one] }))} />
      </Form.Item>
      <Form.Item noStyle dependencies={["required_of"]}>
        {({ getFieldValue }) =>
          getFieldValue("required_of") === "roles" ? (
            <Form.Item
              name="roles"
              label={said.which}
              rules={[{ required: true, message: said.required }]}
            >
              <Select mode="multiple" options={options} optionFilterProp="label" />
            </Form.Item>
          ) : null
        }
      </Form.Item>
      <Form.Item name="grace_days" label={said.grace_days}>
        <InputNumber min={0} max={365} precision={0} />
      </Form.Item>
    </FormDialog>
  );
}
