import { Form, Input, Radio } from "antd";
import { FormPage } from "../../../../kit/Form";
import { useText, useWords } from "../../../../kit/language";
import { enquirySlots } from "../../../../shell/deskSlots";
import { Answer } from "../Answer";
import { TypingSlots } from "../Slots";
import type { OpenedForm } from "./forms";
import { useEnquire } from "./useEnquire";
import type { Written } from "./useEnquire";
import { words } from "./words";
import { answersOf } from "./written";

type Values = Written & { anonymous: boolean };

/** Who writes, as far as the form asks for it. */
function Identity(props: { rule: OpenedForm["form"]["contact"]; anonymous: boolean }) {
  const { rule, anonymous } = props;
  const said = useWords(words);
  if (rule === "none") return <p className="kit-quiet">{said.contact_none}</p>;
  const must = rule === "required";
  return (
    <>
      {must ? null : (
        <Form.Item
          name="anonymous"
          label={said.identity}
          extra={anonymous ? said.anonymous_about : null}
        >
          <Radio.Group
            aria-label={said.identity}
            options={[
              { value: true, label: said.anonymous },
              { value: false, label: said.named },
            ]}
          />
        </Form.Item>
      )}
      {anonymous && !must ? null : (
        <>
          <Form.Item name="name" label={said.name}>
            <Input maxLength={200} autoComplete="name" />
          </Form.Item>
          <Form.Item
            name="contact"
            label={said.contact}
            extra={said.contact_about}
            rules={must ? [{ required: true, message: said.required }] : []}
          >
            <Input maxLength={200} autoComplete="email" />
          </Form.Item>
        </>
      )}
    </>
  );
}

/** A form for everybody. `onSent` is given the query code. */
export function EnquiryForm(props: { opened: OpenedForm; onSent: (code: string) => void }) {
  const { opened, onSent } = props;
  const { contact, categories, fields } = opened.form;
  const said = useWords(words);
  const text = useText();
  const [form] = Form.useForm<Values>();
  const anonymous = Form.useWatch("anonymous", form) ?? true;
  const subject: string | undefined = Form.useWatch("subject", form);
  const written: string | undefined = Form.useWatch("text", form);
  const { begin, enquire } = useEnquire(opened, onSent);
  const submit = {
    ...enquire,
    mutate: ({ anonymous: unnamed, ...values }: Values) => {
      const hidden = contact === "none" || (contact === "optional" && unnamed);
      const who = hidden ? { name: "", contact: "" } : {};
      enquire.mutate({ ...values, ...who, fields: answersOf(values.fields) });
    },
  };
  const required = [{ required: true, message: said.required }];
  return (
    <>
      <FormPage<Values>
        form={form}
        initial={{ anonymous: true }}
        submit={submit}
        submitText={said.send}
        block
        onValues={begin}
      >
        {categories.length > 0 ? (
          <Form.Item name="category" label={said.category} rules={required}>
            <Radio.Group
              aria-label={said.category}
              options={categories.map((one) => ({ value: one.key, label: text(one.name) }))}
            />
          </Form.Item>
        ) : null}
        <Form.Item name="subject" label={said.subject} rules={required}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="text" label={said.text} rules={required}>
          <Input.TextArea rows={7} maxLength={10_000} showCount />
        </Form.Item>
        <TypingSlots slots={enquirySlots} subject={subject ?? ""} text={written ?? ""} />
        {fields.map((field) => (
          <Answer key={field.key} field={field} />
        ))}
        <Identity rule={contact} anonymous={anonymous} />
        <div className="enquiry-trap" aria-hidden>
          <Form.Item name="website" label={said.trap}>
            <Input tabIndex={-1} autoComplete="off" />
          </Form.Item>
        </div>
      </FormPage>
      <p role="status" className="kit-quiet">
        {enquire.isPending ? said.sending : ""}
      </p>
    </>
  );
}
