import { Form, Input, Select, Switch } from "antd";
import type { RoleView, Text } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useText, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { PermissionsField } from "./PermissionsField";
import { words } from "./words";

type Duty = NonNullable<RoleView["duty"]>;

interface Values {
  name: string;
  title: Text;
  description?: Text;
  permissions: string[];
  delegable?: boolean;
  duty?: Duty | null;
}

const DUTIES = ["system", "security", "audit"] as const;

function both(text: Partial<Text> | undefined): Text {
  return { en: text?.en ?? "", zh: text?.zh ?? "" };
}

function TextFields() {
  const said = useWords(words);
  const fields = [
    ["title", "zh", said.title_zh],
    ["title", "en", said.title_en],
    ["description", "zh", said.description_zh],
    ["description", "en", said.description_en],
  ] as const;
  return (
    <div className="access-pair">
      {fields.map(([field, language, label]) => (
        <Form.Item
          key={`${field} ${language}`}
          name={[field, language]}
          label={label}
          rules={field === "title" ? [{ required: true, message: said.required }] : []}
        >
          <Input maxLength={field === "title" ? 100 : 500} />
        </Form.Item>
      ))}
    </div>
  );
}

/** Makes a role, from nothing or like `like`; or changes `role`. */
export function RoleDialog(props: { role?: RoleView; like?: RoleView; onClose: () => void }) {
  const { role, like } = props;
  const said = useWords(words);
  const text = useText();
  const save = useChange<RoleView, Values>(
    (values) => {
      const content = {
        title: both(values.title),
        description: both(values.description),
        permissions: values.permissions ?? [],
        delegable: values.delegable ?? false,
        duty: values.duty ?? null,
      };
      return role
        ? { method: "PUT", path: `/roles/${role.name}`, version: role.version, body: content }
        : { method: "POST", path: "/roles", body: { ...content, name: values.name } };
    },
    { onDone: props.onClose, touches: ["users", "session", "profile"] },
  );
  const from = role ?? like;
  const heading = role ? said.role_edit : said.role_copy;
  return (
    <FormDialog<Values>
      open
      width={760}
      title={from ? fill(heading, { name: text(from.title) }) : said.role_new}
      submit={save}
      {...(role ? {} : { submitText: said.create })}
      initial={from ? { ...from, name: role ? from.name : "" } : { permissions: [], delegable: false }}
      onClose={props.onClose}
    >
      {role ? null : (
        <Form.Item
          name="name"
          label={said.name}
          extra={said.name_about}
          rules={[{ required: true, message: said.required }]}
        >
          <Input maxLength={64} spellCheck={false} autoComplete="off" />
        </Form.Item>
      )}
      <TextFields />
      <div className="access-pair">
        <Form.Item name="duty" label={said.duty}>
          <Select
            allowClear
            placeholder={said.duty_none}
            options={DUTIES.map((duty) => ({ value: duty, label: said[`duty_${duty}`] }))}
          />
        </Form.Item>
        <Form.Item name="delegable" label={said.delegable} valuePropName="checked">
          <Switch />
        </Form.Item>
      </div>
      <Form.Item name="permissions" label={said.permissions}>
        <PermissionsField />
      </Form.Item>
    </FormDialog>
  );
}
