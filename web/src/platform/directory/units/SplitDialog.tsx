import { App, Button, Form, Input, Select, Switch } from "antd";
import type { Text, UnitView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { filledIn } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { FromField, NameFields } from "../Fields";
import { useName } from "../useName";
import { words } from "../words";
import { GETS, leftFor, useSplitChoices } from "./splitChoices";
import type { Choices, Got } from "./splitChoices";

/** The most that a field names one by one; more are counted. */
const TAGS_MAX = 20;

interface Part extends Got {
  code: string;
  name?: Partial<Text>;
  kind?: string;
  short_name?: string;
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

function PartFields(props: { at: number; choices: Choices; kind: string }) {
  const { at, choices } = props;
  const said = useWords(words);
  const parts = Form.useWatch<Part[] | undefined>("parts");
  const left = leftFor(choices, parts ?? [], at);
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
        <Form.Item name={[at, "short_name"]} label={said.short_name}>
          <Input maxLength={200} />
        </Form.Item>
      </div>
      {GETS.filter((get) => choices[get].length > 0).map((get) => (
        <Form.Item key={get} name={[at, get]} label={said[`split_${get}`]}>
          <Select
            mode="multiple"
            allowClear
            maxTagCount={TAGS_MAX}
            options={left[get]}
            showSearch={search}
          />
        </Form.Item>
      ))}
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
  const choices = useSplitChoices(unit.id);
  const split = useChange<unknown, Values>(
    (values) => ({
      method: "POST",
      path: `/units/${unit.id}/split`,
      version: unit.version,
      body: bodyOf(values),
    }),
    {
      touches: ["posts", "people", "holdings", "resources"],
      onDone: () => {
        void message.success(fill(said.edit_done, { name: name(unit.name) }));
        props.onClose();
      },
    },
  );
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
                <PartFields at={field.name} choices={choices} kind={unit.kind} />
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
