import { Form, Input, InputNumber, Select, Switch } from "antd";
import type { MailboxView, TicketTypeView } from "../../../../api/contract";
import { useChange, useItems } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useText, useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { UnitSelect } from "../../../../platform/directory/PlaceSelect";
import { SecretSelect } from "../../../../platform/notify/SecretSelect";
import { bodyOf, formOf, portFor, USUAL } from "./mailboxForm";
import type { MailboxForm } from "./mailboxForm";
import { words } from "./words";

const TLS = ["tls", "start_tls", "none"] as const;

/** Where a mailbox is, and who signs in to it. */
function ServerFields(props: { required: { required: true; message: string }[] }) {
  const { required } = props;
  const said = useWords(words);
  return (
    <>
      <div className="desk-fields">
        <Form.Item name="host" label={said.server} rules={required}>
          <Input maxLength={100} spellCheck={false} autoComplete="off" placeholder="imap.example.org" />
        </Form.Item>
        <Form.Item name="tls" label={said.protection}>
          <Select options={TLS.map((value) => ({ value, label: said[value] }))} />
        </Form.Item>
        <Form.Item name="port" label={said.port} rules={required}>
          <InputNumber className="kit-wide" min={1} max={65_535} precision={0} />
        </Form.Item>
      </div>
      <div className="desk-fields">
        <Form.Item name="user" label={said.user} rules={required}>
          <Input maxLength={100} spellCheck={false} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="password_secret"
          label={said.password}
          extra={said.password_about}
          rules={required}
        >
          <SecretSelect label={said.password} />
        </Form.Item>
      </div>
      <div className="desk-fields">
        <Form.Item name="folder" label={said.folder} rules={required}>
          <Input maxLength={100} spellCheck={false} />
        </Form.Item>
        <Form.Item name="done_folder" label={said.done_folder} extra={said.done_about}>
          <Input maxLength={100} spellCheck={false} />
        </Form.Item>
      </div>
      <Form.Item name="ca_pem" label={said.ca_pem}>
        <Input.TextArea rows={3} spellCheck={false} className="kit-code" />
      </Form.Item>
    </>
  );
}

/** Makes a mailbox, or changes one. */
export function MailboxDialog(props: { mailbox: MailboxView | null; onClose: () => void }) {
  const { mailbox, onClose } = props;
  const said = useWords(words);
  const text = useText();
  const [form] = Form.useForm<MailboxForm>();
  const types = useItems<TicketTypeView>("/ticket-types").items.filter((one) => one.type.enabled);
  const required: { required: true; message: string }[] = [{ required: true, message: said.required }];
  const save = useChange<MailboxView, MailboxForm>(
    (values) => {
      const body = bodyOf(values);
      if (!mailbox) return { method: "POST", path: "/mailboxes", body };
      const { id, version } = mailbox;
      return { method: "PUT", path: `/mailboxes/${id}`, version, body };
    },
    { touches: ["journal"], onDone: onClose },
  );
  const follow = (values: MailboxForm) => {
    const changed = form.isFieldTouched("tls") ? portFor(values.tls, values.port) : null;
    if (changed !== null && !form.isFieldTouched("port")) form.setFieldValue("port", changed);
  };
  return (
    <FormDialog<MailboxForm>
      open
      form={form}
      width={720}
      title={mailbox ? fill(said.edit_of, { name: mailbox.mailbox.name }) : said.new_mailbox}
      initial={mailbox ? formOf(mailbox.mailbox) : USUAL}
      submit={save}
      onClose={onClose}
      onValues={follow}
    >
      <div className="desk-fields">
        <Form.Item name="name" label={said.name} rules={required}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        <Form.Item name="address" label={said.address} extra={said.address_about} rules={required}>
          <Input maxLength={254} spellCheck={false} autoComplete="off" inputMode="email" />
        </Form.Item>
      </div>
      <ServerFields required={required} />
      <div className="desk-fields">
        <Form.Item name="type" label={said.type} rules={required}>
          <Select
            options={types.map((one) => ({ value: one.type.key, label: text(one.type.name) }))}
          />
        </Form.Item>
        <Form.Item name="unit_id" label={said.unit} rules={required}>
          <UnitSelect label={said.unit} />
        </Form.Item>
      </div>
      <div className="desk-fields">
        <Form.Item name="acknowledge" label={said.acknowledge} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name="enabled" label={said.enabled} valuePropName="checked">
          <Switch />
        </Form.Item>
      </div>
    </FormDialog>
  );
}
