import { Button, Form, Input, Select, Switch } from "antd";
import type { GroupView } from "../../../api/contract";
import type { ProviderSettingsView, ProviderView } from "../../../api/contractProviders";
import { useChange, useList } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { words } from "./words";

interface Values {
  label: string;
  settings: ProviderSettingsView;
  client_secret?: string;
}

/** The settings that a new provider starts with. */
const FRESH: ProviderSettingsView = {
  issuer: "",
  client_id: "",
  scopes: ["profile", "email"],
  name_claim: "preferred_username",
  groups_claim: "groups",
  creates_users: false,
  links_by_name: false,
  mail_domains: [],
  groups: [],
  memberships: [],
  ca_pem: "",
  ends_session: false,
  enabled: true,
};

function ConnectionFields(props: { provider: ProviderView | undefined }) {
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  const kept = props.provider?.client_secret_set;
  return (
    <>
      <Form.Item name="label" label={said.label} extra={said.label_about} rules={required}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name={["settings", "issuer"]}
        label={said.issuer}
        extra={said.issuer_about}
        rules={required}
      >
        <Input spellCheck={false} placeholder="https://sso.example.org/realms/gov" />
      </Form.Item>
      <Form.Item name={["settings", "client_id"]} label={said.client_id} rules={required}>
        <Input spellCheck={false} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="client_secret"
        label={said.client_secret}
        extra={kept ? said.secret_keep : said.secret_none}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item name={["settings", "scopes"]} label={said.scopes}>
        <Select mode="tags" open={false} suffixIcon={null} />
      </Form.Item>
      <Form.Item
        name={["settings", "name_claim"]}
        label={said.name_claim}
        extra={said.name_claim_about}
      >
        <Input spellCheck={false} />
      </Form.Item>
      <Form.Item name={["settings", "groups_claim"]} label={said.groups_claim}>
        <Input spellCheck={false} />
      </Form.Item>
      <Form.Item name={["settings", "ca_pem"]} label={said.ca_pem}>
        <Input.TextArea rows={2} spellCheck={false} />
      </Form.Item>
      <Form.Item
        name={["settings", "ends_session"]}
        label={said.ends_session}
        extra={said.ends_session_about}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
      <Form.Item name={["settings", "enabled"]} label={said.enabled} valuePropName="checked">
        <Switch />
      </Form.Item>
    </>
  );
}

function AdmissionFields() {
  const said = useWords(words);
  return (
    <fieldset className="access-part">
      <legend>{said.who}</legend>
      <Form.Item
        name={["settings", "creates_users"]}
        label={said.creates_users}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
      <Form.Item
        name={["settings", "links_by_name"]}
        label={said.links_by_name}
        extra={said.links_about}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
      <Form.Item
        name={["settings", "mail_domains"]}
        label={said.mail_domains}
        extra={said.everybody}
      >
        <Select mode="tags" open={false} suffixIcon={null} />
      </Form.Item>
      <Form.Item name={["settings", "groups"]} label={said.groups} extra={said.everybody}>
        <Select mode="tags" open={false} suffixIcon={null} />
      </Form.Item>
    </fieldset>
  );
}

function MembershipFields() {
  const said = useWords(words);
  const groups = useList<GroupView>("/groups");
  const options = groups.items.map((one) => ({ value: one.id, label: one.name }));
  return (
    <fieldset className="access-part">
      <legend>{said.memberships}</legend>
      <p className="kit-quiet">{said.memberships_about}</p>
      <Form.List name={["settings", "memberships"]}>
        {(fields, { add, remove }) => (
          <>
            {fields.map((field) => (
              <div key={field.key} className="access-mapping">
                <Form.Item name={[field.name, "group"]}>
                  <Input aria-label={said.group_there} placeholder={said.group_there} />
                </Form.Item>
                <Form.Item name={[field.name, "group_id"]}>
                  <Select
                    aria-label={said.group_here}
                    placeholder={said.group_here}
                    options={options}
                    loading={groups.loading}
                  />
                </Form.Item>
                <Button onClick={() => remove(field.name)}>{said.membership_remove}</Button>
              </div>
            ))}
            <Form.Item>
              <Button size="small" onClick={() => add({ group: "" })}>
                {said.membership_add}
              </Button>
            </Form.Item>
          </>
        )}
      </Form.List>
    </fieldset>
  );
}

/** Makes a provider, or changes `provider`. */
export function ProviderDialog(props: { provider?: ProviderView; onClose: () => void }) {
  const { provider } = props;
  const said = useWords(words);
  const save = useChange<ProviderView, Values>(
    ({ client_secret, ...rest }) => ({
      method: provider ? "PUT" : "POST",
      path: provider ? `/providers/${provider.id}` : "/providers",
      ...(provider ? { version: provider.version } : {}),
      // What is not typed stays what it is.
      body: { ...rest, ...(client_secret ? { client_secret } : {}) },
    }),
    { onDone: props.onClose },
  );
  const initial = provider
    ? { label: provider.label, settings: provider.settings }
    : { label: "", settings: FRESH };
  return (
    <FormDialog<Values>
      open
      width={720}
      title={provider ? fill(said.edit_of, { name: provider.label }) : said.add}
      submit={save}
      {...(provider ? {} : { submitText: said.create })}
      initial={initial}
      onClose={props.onClose}
    >
      <ConnectionFields provider={provider} />
      <AdmissionFields />
      <MembershipFields />
    </FormDialog>
  );
}
