import { Button, Form, Input, InputNumber, Modal, Select } from "antd";
import type { NewTokenView, ScopeView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { CopyOnce } from "../../kit/CopyOnce";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { useRoleTitle } from "../../shell/roles";
import { useSession } from "../../shell/session";
import { ScopeField } from "./grants/ScopeField";
import { PermissionsSelect } from "./grants/UserSelect";
import { words } from "./words";

const DAYS_DEFAULT = 90;
const VIEWER = "viewer";
/** No role is called so. */
const ALL = "*";

interface NewToken {
  name: string;
  role: string;
  permissions?: string[];
  scope?: ScopeView | null;
  expires_in_days: number;
}

/** What a token is limited to; null when nothing limits it. */
function limitsOf({ role, permissions, scope }: NewToken) {
  const some = permissions && permissions.length > 0 ? permissions : null;
  if (role === ALL && !some && !scope) return null;
  return { roles: role === ALL ? null : [role], permissions: some, scope: scope ?? null };
}

/** Makes a token and shows its secret a single time. */
export function NewTokenDialog(props: { open: boolean; onClose: () => void }) {
  const said = useWords(words);
  const { user } = useSession();
  const title_of = useRoleTitle();
  const create = useChange<NewTokenView, NewToken>((values) => ({
    method: "POST",
    path: "/tokens",
    body: {
      name: values.name,
      expires_in_days: values.expires_in_days,
      limits: limitsOf(values),
    },
  }));
  const close = () => {
    create.reset();
    props.onClose();
  };
  if (create.data) {
    const title = fill(said.token_made, { name: create.data.name });
    return (
      <Modal
        open={props.open}
        title={title}
        closable={false}
        mask={{ closable: false }}
        keyboard={false}
        footer={<Button onClick={close}>{said.done}</Button>}
      >
        <CopyOnce secret={create.data.token} label={title} />
      </Modal>
    );
  }
  const required = [{ required: true, message: said.required }];
  const held = user.roles.map((name) => ({ value: name, label: title_of(name) }));
  const reading = user.roles.includes(VIEWER) ? [] : [{ value: VIEWER, label: title_of(VIEWER) }];
  const roles = [{ value: ALL, label: said.limits_none }, ...held, ...reading];
  return (
    <FormDialog<NewToken>
      open={props.open}
      title={said.token_new}
      submit={create}
      submitText={said.create}
      initial={{ role: VIEWER, expires_in_days: DAYS_DEFAULT }}
      onClose={close}
    >
      <Form.Item name="name" label={said.token_name} rules={required}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="role" label={said.limits}>
        <Select options={roles} />
      </Form.Item>
      <Form.Item name="permissions" label={said.limits_permissions}>
        <PermissionsSelect label={said.limits_permissions} />
      </Form.Item>
      <Form.Item name="scope" label={said.limits_within}>
        <ScopeField none={said.limits_scope_all} />
      </Form.Item>
      <Form.Item name="expires_in_days" label={said.token_days} rules={required}>
        <InputNumber min={1} precision={0} className="kit-wide" />
      </Form.Item>
    </FormDialog>
  );
}
