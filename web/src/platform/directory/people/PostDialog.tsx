import { Form, Input, Switch } from "antd";
import type { PostView, Text } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { filledIn } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { CodeField, FromField, NameFields } from "../Fields";
import { UnitSelect } from "../PlaceSelect";
import { useName } from "../useName";
import { words } from "../words";

interface Values {
  code: string;
  title: Text;
  unit_id: string;
  description?: string;
  head?: boolean;
  from?: string;
}

/** Makes a post, or changes `post`. */
export function PostDialog(props: { post?: PostView; unit_id?: string; onClose: () => void }) {
  const { post, unit_id } = props;
  const said = useWords(words);
  const name = useName();
  const save = useChange<PostView, Values>(
    (values) => ({
      method: post ? "PATCH" : "POST",
      path: post ? `/posts/${post.id}` : "/posts",
      ...(post ? { version: post.version } : {}),
      body: {
        ...filledIn({ from: values.from }),
        code: values.code,
        title: { en: values.title?.en ?? "", zh: values.title?.zh ?? "" },
        unit_id: values.unit_id,
        description: values.description ?? "",
        head: values.head ?? false,
      },
    }),
    { onDone: props.onClose, touches: ["units"] },
  );
  return (
    <FormDialog<Values>
      open
      title={post ? fill(said.edit_of, { name: name(post.title) }) : said.post_new}
      submit={save}
      {...(post ? {} : { submitText: said.create })}
      initial={post ?? (unit_id === undefined ? {} : { unit_id })}
      width={640}
      onClose={props.onClose}
    >
      <div className="directory-fields">
        <CodeField />
        <Form.Item
          name="unit_id"
          label={said.unit}
          rules={[{ required: true, message: said.required }]}
        >
          <UnitSelect label={said.unit} />
        </Form.Item>
        <NameFields name="title" labels={[said.title_zh, said.title_en]} />
      </div>
      <Form.Item name="description" label={said.description}>
        <Input.TextArea rows={2} maxLength={4000} />
      </Form.Item>
      <Form.Item name="head" label={said.head} valuePropName="checked">
        <Switch />
      </Form.Item>
      <FromField />
    </FormDialog>
  );
}
