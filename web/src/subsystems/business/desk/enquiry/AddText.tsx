import { Form, Input } from "antd";
import type { EnquiryStatusView } from "../../../../api/contract";
import { FormPage } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { useCodeAsk } from "./useStatus";
import { words } from "./words";

interface Values {
  text: string;
}

/** Adds something to an enquiry. */
export function AddText(props: { code: string; onStatus: (status: EnquiryStatusView) => void }) {
  const { code, onStatus } = props;
  const said = useWords(words);
  const [form] = Form.useForm<Values>();
  const add = useCodeAsk<Values & { code: string }>("/texts", (status) => {
    form.resetFields();
    onStatus(status);
  });
  const submit = { ...add, mutate: ({ text }: Values) => add.mutate({ code, text }) };
  return (
    <FormPage<Values> form={form} submit={submit} submitText={said.add_send}>
      <Form.Item
        name="text"
        label={said.add_text}
        rules={[{ required: true, whitespace: true, message: said.required }]}
      >
        <Input.TextArea rows={4} maxLength={10_000} />
      </Form.Item>
    </FormPage>
  );
}
