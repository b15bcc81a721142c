import { Button, Form, Input, InputNumber, Switch } from "antd";
import type { DirectorySourceSettings, DirectorySourceView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { SourceSecret } from "./SourceSecret";
import { words } from "./words";

interface Values {
  name: string;
  settings: DirectorySourceSettings;
}

const ATTRIBUTES = ["id", "number", "name", "mail", "mobile", "phone", "unit"] as const;
const SECONDS_MIN = 60;

/** The settings that a new source starts with. */
const FRESH: DirectorySourceSettings = {
  url: "",
  base: "",
  bind_dn: "",
  secret: "",
  ca_pem: "",
  member_of: "",
  filter: "(objectClass=inetOrgPerson)",
  page_size: 500,
  leavers_percent_max: 20,
  interval_s: 3600,
  enabled: true,
  start_tls: false,
  posts: [],
  attributes: {
    id: "entryUUID",
    number: "employeeNumber",
    name: "cn",
    mail: "mail",
    mobile: "mobile",
    phone: "telephoneNumber",
    unit: "departmentNumber",
  },
};

function ConnectionFields() {
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  return (
    <fieldset className="directory-part">
      <legend>{said.connection}</legend>
      <div className="directory-fields">
        <Form.Item
          name={["settings", "url"]}
          label={said.url}
          extra={said.url_about}
          rules={required}
        >
          <Input spellCheck={false} />
        </Form.Item>
        <Form.Item name={["settings", "start_tls"]} label={said.start_tls} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name={["settings", "bind_dn"]} label={said.bind_dn}>
          <Input spellCheck={false} />
        </Form.Item>
        <Form.Item name={["settings", "secret"]} label={said.secret} extra={said.secret_about}>
          <SourceSecret />
        </Form.Item>
      </div>
      <Form.Item name={["settings", "ca_pem"]} label={said.ca_pem}>
        <Input.TextArea rows={3} spellCheck={false} />
      </Form.Item>
    </fieldset>
  );
}

function ReadingFields() {
  const said = useWords(words);
  return (
    <fieldset className="directory-part">
      <legend>{said.reading}</legend>
      <div className="directory-fields">
        <Form.Item name={["settings", "base"]} label={said.base}>
          <Input spellCheck={false} />
        </Form.Item>
        <Form.Item name={["settings", "filter"]} label={said.filter}>
          <Input spellCheck={false} />
        </Form.Item>
        <Form.Item name={["settings", "member_of"]} label={said.member_of}>
          <Input spellCheck={false} />
        </Form.Item>
        <Form.Item name={["settings", "page_size"]} label={said.page_size}>
          <InputNumber min={1} max={1000} precision={0} className="kit-wide" />
        </Form.Item>
        <Form.Item name={["settings", "leavers_percent_max"]} label={said.leavers}>
          <InputNumber min={0} max={100} precision={0} className="kit-wide" />
        </Form.Item>
        <Form.Item name={["settings", "interval_s"]} label={said.interval_s}>
          <InputNumber min={SECONDS_MIN} precision={0} className="kit-wide" />
        </Form.Item>
        <Form.Item name={["settings", "enabled"]} label={said.enabled} valuePropName="checked">
          <Switch />
        </Form.Item>
      </div>
    </fieldset>
  );
}

function AttributeFields() {
  const said = useWords(words);
  return (
    <fieldset className="directory-part">
      <legend>{said.attributes}</legend>
      <div className="directory-fields">
        {ATTRIBUTES.map((one) => (
          <Form.Item
            key={one}
            name={["settings", "attributes", one]}
            label={said[`attribute_${one}`]}
          >
            <Input spellCheck={false} />
          </Form.Item>
        ))}
      </div>
    </fieldset>
  );
}

function GroupPostFields() {
  const said = useWords(words);
  return (
    <fieldset className="directory-part">
      <legend>{said.posts}</legend>
      <Form.List name={["settings", "posts"]}>
        {(fields, { add, remove }) => (
          <>
            {fields.map((field) => (
              <div key={field.key} className="directory-contact">
                <Form.Item name={[field.name, "post"]}>
                  <Input aria-label={said.post_code} placeholder={said.post_code} />
                </Form.Item>
                <Form.Item name={[field.name, "group"]}>
                  <Input aria-label={said.post_group} placeholder={said.post_group} />
                </Form.Item>
                <Button onClick={() => remove(field.name)}>{said.post_remove}</Button>
              </div>
            ))}
            <Form.Item>
              <Button size="small" onClick={() => add({ group: "", post: "" })}>
                {said.post_add}
              </Button>
            </Form.Item>
          </>
        )}
      </Form.List>
    </fieldset>
  );
}

/** Makes a source, or changes `source`. */
export function SourceDialog(props: { source?: DirectorySourceView; onClose: () => void }) {
  const { source } = props;
  const said = useWords(words);
  const save = useChange<DirectorySourceView, Values>(
    (body) => ({
      method: source ? "PUT" : "POST",
      path: source ? `/directory/sources/${source.id}` : "/directory/sources",
      ...(source ? { version: source.version } : {}),
      body,
    }),
    { onDone: props.onClose },
  );
  return (
    <FormDialog<Values>
      open
      width={800}
      title={source ? fill(said.source_edit, { name: source.name }) : said.source_new}
      submit={save}
      {...(source ? {} : { submitText: said.create })}
      initial={source ? { name: source.name, settings: source.settings } : { name: "", settings: FRESH }}
      onClose={props.onClose}
    >
      <Form.Item name="name" label={said.name} rules={[{ required: true, message: said.required }]}>
        <Input maxLength={200} />
      </Form.Item>
      <ConnectionFields />
      <ReadingFields />
      <AttributeFields />
      <GroupPostFields />
    </FormDialog>
  );
}
