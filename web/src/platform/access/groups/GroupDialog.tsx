import { Form, Input } from "antd";
import type { GroupView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { words } from "../grants/words";

interface Values {
  name: string;
  description?: string;
}

/** Makes a group, or changes `group`. */
export function GroupDialog(props: { group?: GroupView; onClose: () => void }) {
  const { group } = props;
  const said = useWords(words);
  const save = useChange<GroupView, Values>(
    (values) => ({
      method: group ? "PUT" : "POST",
      path: group ? `/groups/${group.id}` : "/groups",
      ...(group ? { version: group.version } : {}),
      body: { name: values.name, description: values.description ?? "" },
    }),
    { onDone: props.onClose },
  );
  return (
    <FormDialog<Values>
      open
      title={group ? fill(said.group_edit, { name: group.name }) : said.group_new}
      submit={save}
      {...(group ? { initial: group } : { submitText: said.create })}
      onClose={props.onClose}
    >
      <Form.Item
        name="name"
        label={said.group_name}
        rules={[{ required: true, message: said.required }]}
      >
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="description" label={said.description}>
        <Input.TextArea rows={2} />
      </Form.Item>
    </FormDialog>
  );
}
