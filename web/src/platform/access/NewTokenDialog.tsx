import { Button, Form, Input, InputNumber, Modal, Select } from "antd";
import type { NewTokenView, Role } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { CopyOnce } from "../../kit/CopyOnce";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { words } from "./words";

const DAYS_DEFAULT = 90;

interface NewToken {
  name: string;
  role: Role;
  expires_in_days: number;
}

/** Makes a token and shows its secret a single time. */
export function NewTokenDialog(props: { open: boolean; onClose: () => void }) {
  const said = useWords(words);
  const create = useChange<NewTokenView, NewToken>((body) => ({
    method: "POST",
    path: "/tokens",
    body,
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
  const roles = [
    { value: "viewer", label: said.role_viewer },
    { value: "administrator", label: said.role_administrator },
  ];
  return (
    <FormDialog<NewToken>
      open={props.open}
      title={said.token_new}
      submit={create}
      submitText={said.create}
      initial={{ role: "viewer", expires_in_days: DAYS_DEFAULT }}
      onClose={close}
    >
      <Form.Item name="name" label={said.token_name} rules={required}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="role" label={said.role}>
        <Select options={roles} />
      </Form.Item>
      <Form.Item name="expires_in_days" label={said.token_days} rules={required}>
        <InputNumber min={1} precision={0} className="kit-wide" />
      </Form.Item>
    </FormDialog>
  );
}
