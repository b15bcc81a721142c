import { Form, Input, Switch } from "antd";
import type { DirectorySourceView } from "../../../api/contract";
import type { SourceSignInView } from "../../../api/contractProviders";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { words } from "./signInWords";

/** Says whether, and how, people sign in by a source. */
export function SourceSignInDialog(props: { source: DirectorySourceView; onClose: () => void }) {
  const { source } = props;
  const said = useWords(words);
  const save = useChange<DirectorySourceView, SourceSignInView>(
    (body) => ({
      method: "PUT",
      path: `/directory/sources/${source.id}/sign-in`,
      version: source.version,
      body,
    }),
    { onDone: props.onClose },
  );
  return (
    <FormDialog<SourceSignInView>
      open
      title={fill(said.title, { name: source.name })}
      submit={save}
      initial={source.sign_in}
      onClose={props.onClose}
    >
      <p className="kit-quiet">{said.about}</p>
      <Form.Item name="enabled" label={said.enabled} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item
        name="attribute"
        label={said.attribute}
        extra={said.attribute_about}
        rules={[{ required: true, message: said.required }]}
      >
        <Input spellCheck={false} />
      </Form.Item>
      <Form.Item name="creates_users" label={said.creates_users} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item
        name="links_by_name"
        label={said.links_by_name}
        extra={said.links_about}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
    </FormDialog>
  );
}
