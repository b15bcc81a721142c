import { DeleteOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select } from "antd";
import type { ContactWay, Language, PersonView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { filledIn } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { FromField } from "../Fields";
import { UnitSelect } from "../PlaceSelect";
import { ScopeHint } from "../ScopeHint";
import { words } from "../words";

interface Values {
  name: string;
  number: string;
  unit_id?: string | null;
  language: string;
  contacts?: { way: ContactWay; value: string }[];
  from?: string;
}

const WAYS = ["mail", "mobile", "phone", "wecom", "dingtalk", "feishu", "im"] as const;
const LANGUAGES: { value: Language; label: string }[] = [
  { value: "zh", label: "中文" },
  { value: "en", label: "English" },
];

function ContactFields() {
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  const ways = WAYS.map((way) => ({ value: way, label: said[way] }));
  return (
    <fieldset className="directory-part">
      <legend>{said.contacts}</legend>
      <Form.List name="contacts">
        {(fields, { add, remove }) => (
          <>
            {fields.map((field) => (
              <div key={field.key} className="directory-contact">
                <Form.Item name={[field.name, "way"]}>
                  <Select aria-label={said.contact_way} options={ways} style={{ width: 130 }} />
                </Form.Item>
                <Form.Item name={[field.name, "value"]} rules={required}>
                  <Input aria-label={said.contact_value} placeholder={said.contact_value} />
                </Form.Item>
                <Button
                  icon={<DeleteOutlined />}
                  aria-label={said.contact_remove}
                  onClick={() => remove(field.name)}
                />
              </div>
            ))}
            <Form.Item>
              <Button size="small" onClick={() => add({ way: "mail", value: "" })}>
                {said.contact_add}
              </Button>
            </Form.Item>
          </>
        )}
      </Form.List>
    </fieldset>
  );
}

/** Takes a person into the directory, or changes `person`. */
export function PersonDialog(props: { person?: PersonView; onClose: () => void }) {
  const { person } = props;
  const said = useWords(words);
  const save = useChange<PersonView, Values>(
    (values) => ({
      method: person ? "PATCH" : "POST",
      path: person ? `/people/${person.id}` : "/people",
      ...(person ? { version: person.version } : {}),
      body: {
        ...filledIn(values),
        unit_id: values.unit_id ?? null,
        contacts: values.contacts ?? [],
      },
    }),
    { onDone: props.onClose },
  );
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<Values>
      open
      title={person ? fill(said.edit_of, { name: person.name }) : said.person_new}
      submit={save}
      {...(person ? {} : { submitText: said.create })}
      initial={person ?? { language: "zh", contacts: [] }}
      width={640}
      onClose={props.onClose}
    >
      {person ? null : <ScopeHint />}
      <div className="directory-fields">
        <Form.Item name="name" label={said.person_name} rules={required}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="number" label={said.number} rules={required}>
          <Input maxLength={64} spellCheck={false} />
        </Form.Item>
        <Form.Item name="unit_id" label={said.unit_of_record}>
          <UnitSelect label={said.unit_of_record} />
        </Form.Item>
        <Form.Item name="language" label={said.language}>
          <Select options={LANGUAGES} />
        </Form.Item>
      </div>
      <ContactFields />
      <FromField />
    </FormDialog>
  );
}
