import { Form, Input } from "antd";
import { useNavigate } from "react-router";
import type { TemplateView, Text } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { words as kit } from "../../kit/words";
import { paths } from "../../paths";
import { words } from "./words";

interface NewTemplate {
  name: string;
  title: Text;
}

/** What a new template says until somebody writes it. */
const WORDING = { subject: "{{ subject }}", text: "{{ text }}\n", html: "" };

/** Makes a template, and leads to where it is written. */
export function NewTemplateDialog(props: { onClose: () => void }) {
  const said = useWords(words);
  const { required } = useWords(kit);
  const navigate = useNavigate();
  const make = useChange<TemplateView, NewTemplate>(
    ({ name, title }) => ({
      method: "PUT",
      path: `/templates/${encodeURIComponent(name)}`,
      body: {
        title,
        wordings: { en: WORDING, zh: WORDING },
        sample: { subject: title.en, text: title.zh },
      },
    }),
    { onDone: ({ name }) => void navigate(paths.template(name)) },
  );
  const rules = [{ required: true, message: required }];
  return (
    <FormDialog<NewTemplate>
      open
      title={said.template_new}
      submit={make}
      onClose={props.onClose}
    >
      <Form.Item name="name" label={said.template_name} rules={rules}>
        <Input maxLength={60} autoComplete="off" spellCheck={false} className="kit-code" />
      </Form.Item>
      <Form.Item name={["title", "zh"]} label={said.title_zh} rules={rules}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name={["title", "en"]} label={said.title_en} rules={rules}>
        <Input maxLength={200} />
      </Form.Item>
    </FormDialog>
  );
}
