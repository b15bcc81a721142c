import { Form, Input, Select, Switch } from "antd";
import type { RoleView, UserView } from "../../api/contract";
import { useChange, useItems } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { usePreferences } from "../../shell/preferences";
import { useSession } from "../../shell/session";
import { PersonSelect } from "../directory/people/PostSelect";
import { ReasonField } from "./grants/GrantDialog";
import { words } from "./words";

interface NewUser {
  name: string;
  display_name: string;
  role: string | null;
  reason?: string;
  password?: string;
  again?: string;
}

interface UserChange {
  display_name: string;
  person_id?: string;
  enabled: boolean;
  password?: string;
}

/** The role, and why it is given where it carries one of the three duties. */
function RoleField() {
  const said = useWords(words);
  const chosen = Form.useWatch<string | null>("role");
  const language = usePreferences().language;
  const roles = useItems<RoleView>("/roles").items;
  const options = [
    { value: null, label: said.role_later },
    ...roles.map((role) => ({ value: role.name, label: role.title[language] })),
  ];
  const carriesDuty = roles.some((role) => role.name === chosen && role.duties.length > 0);
  return (
    <>
      <Form.Item name="role" label={said.role} extra={chosen ? said.role_everywhere : undefined}>
        <Select options={options} placeholder={said.role_later} />
      </Form.Item>
      {carriesDuty ? <ReasonField /> : null}
    </>
  );
}

/** A password that is to be changed at once; nobody gives one while duties are separated. */
function GivenPassword(props: { label: string; extra: string }) {
  const said = useWords(words);
  if (useSession().separated) return <p className="kit-quiet">{said.password_separated}</p>;
  return (
    <Form.Item
      name="password"
      label={props.label}
      extra={props.extra}
      rules={[{ min: 8, message: said.password_short }]}
    >
      <Input.Password autoComplete="new-password" />
    </Form.Item>
  );
}

/** Makes a user. */
export function NewUserDialog(props: { open: boolean; onClose: () => void }) {
  const said = useWords(words);
  const create = useChange<UserView, NewUser>(
    ({ again: _again, password, ...body }) => ({
      method: "POST",
      path: "/users",
      body: {
        ...body,
        display_name: body.display_name || body.name,
        ...(password ? { password } : {}),
      },
    }),
    { onDone: props.onClose },
  );
  return (
    <FormDialog<NewUser>
      open={props.open}
      title={said.user_new}
      submit={create}
      submitText={said.create}
      initial={{ role: null }}
      onClose={() => {
        create.reset();
        props.onClose();
      }}
    >
      <Form.Item name="name" label={said.name} rules={[{ required: true, message: said.required }]}>
        <Input autoComplete="off" autoCapitalize="none" spellCheck={false} />
      </Form.Item>
      <Form.Item name="display_name" label={said.display_name}>
        <Input autoComplete="off" />
      </Form.Item>
      <RoleField />
      <GivenPassword label={said.password} extra={said.password_first} />
    </FormDialog>
  );
}

/** Changes a user; opened anew for each. */
export function EditUserDialog(props: { user: UserView; onClose: () => void }) {
  const { user, onClose } = props;
  const said = useWords(words);
  const change = useChange<UserView, UserChange>(
    ({ enabled, password, person_id, ...body }) => ({
      method: "PATCH",
      path: `/users/${user.id}`,
      version: user.version,
      body: {
        ...body,
        disabled: !enabled,
        person_id: person_id || null,
        ...(password ? { password } : {}),
      },
    }),
    { onDone: onClose, touches: ["session"] },
  );
  return (
    <FormDialog<UserChange>
      open
      title={fill(said.user_edit, { name: user.name })}
      submit={change}
      initial={{
        display_name: user.display_name,
        enabled: !user.disabled,
        ...(user.person_id ? { person_id: user.person_id } : {}),
      }}
      onClose={onClose}
    >
      <Form.Item name="display_name" label={said.display_name}>
        <Input />
      </Form.Item>
      <Form.Item name="person_id" label={said.person} extra={said.person_about}>
        <PersonSelect label={said.person} clearable />
      </Form.Item>
      <Form.Item name="enabled" label={said.may_sign_in} valuePropName="checked">
        <Switch />
      </Form.Item>
      <GivenPassword label={said.password_new} extra={said.password_keep} />
    </FormDialog>
  );
}
