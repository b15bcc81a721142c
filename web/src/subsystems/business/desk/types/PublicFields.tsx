import { Form, Input, InputNumber, Select, Switch } from "antd";
import { Link } from "react-router";
import { useText, useWords } from "../../../../kit/language";
import { paths } from "../../../../paths";
import { UnitSelect } from "../../../../platform/directory/PlaceSelect";
import { CategoryFields } from "./CategoryFields";
import { CONTACTS, NEW_PUBLIC, WAIT_S_MAX, WORK_BITS_MAX } from "./publicForm";
import { calledOf } from "./typeForm";
import type { FieldForm, TypeForm } from "./typeForm";
import { words } from "./words";

/** What people are told, and in whose charge what they write is. */
function TextFields() {
  const said = useWords(words);
  return (
    <>
      <div className="desk-fields">
        <Form.Item name={["public", "title", "en"]} label={said.title_en}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name={["public", "title", "zh"]} label={said.title_zh}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item
          name={["public", "unit_id"]}
          label={said.public_unit}
          rules={[{ required: true, message: said.fill_in }]}
        >
          <UnitSelect label={said.public_unit} />
        </Form.Item>
      </div>
      <Form.Item name={["public", "intro", "en"]} label={said.intro_en}>
        <Input.TextArea rows={3} maxLength={4000} />
      </Form.Item>
      <Form.Item name={["public", "intro", "zh"]} label={said.intro_zh}>
        <Input.TextArea rows={3} maxLength={4000} />
      </Form.Item>
    </>
  );
}

/** What people are asked. */
function AskedFields(props: { questions: FieldForm[] }) {
  const said = useWords(words);
  const text = useText();
  const choices = props.questions.map((one, at) => ({
    value: one.key,
    label: calledOf(one, text, at),
  }));
  return (
    <div className="desk-fields">
      <Form.Item name={["public", "fields"]} label={said.asked} extra={said.asked_about}>
        <Select
          mode="multiple"
          placeholder={said.none}
          options={choices.filter(({ value }) => value !== "")}
        />
      </Form.Item>
      <Form.Item name={["public", "contact"]} label={said.contact}>
        <Select options={CONTACTS.map((value) => ({ value, label: said[`contact_${value}`] }))} />
      </Form.Item>
    </div>
  );
}

/** What keeps programs from writing in. */
function GuardFields() {
  const said = useWords(words);
  return (
    <div className="desk-fields">
      <Form.Item
        name={["public", "work_bits"]}
        label={said.work_bits}
        extra={said.work_bits_about}
      >
        <InputNumber
          className="kit-wide"
          min={0}
          max={WORK_BITS_MAX}
          precision={0}
          placeholder={String(NEW_PUBLIC.work_bits)}
        />
      </Form.Item>
      <Form.Item name={["public", "wait_s"]} label={said.wait_s} extra={said.wait_s_about}>
        <InputNumber
          className="kit-wide"
          min={0}
          max={WAIT_S_MAX}
          precision={0}
          placeholder={String(NEW_PUBLIC.wait_s)}
        />
      </Form.Item>
    </div>
  );
}

/**
 * How people outside write in without signing in. `known`: the key of the type, once it has one;
 * `questions`: as they stand in the form; `faulty`: the categories at fault.
 */
export function PublicFields(props: {
  known: string | undefined;
  takes: boolean;
  questions: FieldForm[];
  faulty: Set<number>;
}) {
  const { known, takes, questions, faulty } = props;
  const said = useWords(words);
  const form = Form.useFormInstance<TypeForm>();
  // A form that is called nothing yet is called as its type is.
  const begin = (on: boolean) => {
    const { en, zh } = form.getFieldValue(["public", "title"]) ?? NEW_PUBLIC.title;
    if (on && !en && !zh) form.setFieldValue(["public", "title"], form.getFieldValue("name"));
  };
  return (
    <fieldset className="kit-fieldset">
      <legend>{said.public}</legend>
      <p className="kit-quiet">{said.public_about}</p>
      <p>
        <Link to={paths.enquiry({ form: known })} target="_blank">
          {said.public_page}
        </Link>
      </p>
      <Form.Item name="takes_enquiries" label={said.takes_enquiries} valuePropName="checked">
        <Switch onChange={begin} />
      </Form.Item>
      {takes ? (
        <>
          <TextFields />
          <AskedFields questions={questions} />
          <CategoryFields faulty={faulty} />
          <GuardFields />
        </>
      ) : null}
    </fieldset>
  );
}
