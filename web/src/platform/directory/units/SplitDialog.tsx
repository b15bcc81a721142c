import { App, Button, Form, Input, Select, Switch } from "antd";
import type { PersonView, PostView, Text, UnitView } from "../../../api/contract";
import { useAll, useChange } from "../../../api/hooks";
import { filledIn } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { FromField, NameFields } from "../Fields";
import { useName } from "../useName";
import { words } from "../words";

interface Part {
  code: string;
  name?: Partial<Text>;
  kind?: string;
  posts?: string[];
  people?: string[];
  rest?: boolean;
}

interface Values {
  parts: Part[];
  from?: string;
}

function bodyOf(values: Values) {
  const parts = values.parts.map((part) => ({
    ...filledIn(part),
    name: { en: part.name?.en ?? "", zh: part.name?.zh ?? "" },
  }));
  return { ...filledIn({ from: values.from }), parts };
}

interface Choice {
  value: string;
  label: string;
}

function PartFields(props: { at: number; posts: Choice[]; people: Choice[]; kind: string }) {
  const { at } = props;
  const said = useWords(words);
  const search = { optionFilterProp: "label" };
  return (
    <>
      <div className="directory-fields">
        <Form.Item
          name={[at, "code"]}
          label={said.code}
          rules={[{ required: true, message: said.required }]}
        >
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name={[at, "kind"]} label={said.kind} initialValue={props.kind}>
          <Input maxLength={200} />
        </Form.Item>
        <NameFields at={at} />
      </div>
      <Form.Item name={[at, "posts"]} label={said.posts}>
        <Select mode="multiple" options={props.posts} showSearch={search} />
      </Form.Item>
      <Form.Item name={[at, "people"]} label={said.people}>
        <Select mode="multiple" options={props.people} showSearch={search} />
      </Form.Item>
      <Form.Item name={[at, "rest"]} label={said.split_rest} valuePropName="checked">
        <Switch />
      </Form.Item>
    </>
  );
}

/** Splits a unit into new ones and says who and what goes where. */
export function SplitDialog(props: { unit: UnitView; onClose: () => void }) {
  const { unit } = props;
  const said = useWords(words);
  const name = useName();
  const { message } = App.useApp();
  const posts = useAll<PostView>("/posts", { unit_id: unit.id });
  const people = useAll<PersonView>("/people", { unit_id: unit.id });
  const split = useChange<unknown, Values>(
    (values) => ({
      method: "POST",
      path: `/units/${unit.id}/split`,
      version: unit.version,
      body: bodyOf(values),
    }),
    {
      touches: ["posts", "people", "holdings"],
      onDone: () => {
        void message.success(fill(said.edit_done, { name: name(unit.name) }));
        props.onClose();
      },
    },
  );
  const postChoices = posts.items.map((one) => ({ value: one.id, label: name(one.title) }));
  const peopleChoices = people.items.map((one) => ({ value: one.id, label: one.name }));
  return (
    <FormDialog<Values>
      open
      width={720}
      title={fill(said.split_of, { name: name(unit.name) })}
      submit={split}
      submitText={said.split}
      initial={{ parts: [{ code: "", rest: true }, { code: "" }] }}
      onClose={props.onClose}
    >
      <p>{said.split_about}</p>
      <Form.List name="parts">
        {(fields, { add, remove }) => (
          <>
            {fields.map((field, at) => (
              <div key={field.key} className="directory-part">
                <div className="directory-part-head">
                  <span>{fill(said.split_part, { n: at + 1 })}</span>
                  <Button
                    size="small"
                    disabled={fields.length <= 1}
                    onClick={() => remove(field.name)}
                  >
                    {said.split_remove}
                  </Button>
                </div>
                <PartFields
                  at={field.name}
                  posts={postChoices}
                  people={peopleChoices}
                  kind={unit.kind}
                />
              </div>
            ))}
            <Form.Item>
              <Button onClick={() => add({ code: "" })}>{said.split_add}</Button>
            </Form.Item>
          </>
        )}
      </Form.List>
      <FromField />
    </FormDialog>
  );
}
