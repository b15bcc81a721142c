import { Form, Input } from "antd";
import type { Text, UnitView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { filledIn } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { CodeField, FromField, NameFields } from "../Fields";
import { RegionSelect, UnitSelect } from "../PlaceSelect";
import { useName } from "../useName";
import { ScopeHint } from "../ScopeHint";
import { words } from "../words";

interface Values {
  code: string;
  name: Text;
  kind?: string;
  short_name?: string;
  parent_id?: string | null;
  region_id?: string | null;
  from?: string;
}

function nameOf(text: Partial<Text> | undefined): Text {
  return { en: text?.en ?? "", zh: text?.zh ?? "" };
}

/** Makes a unit, or changes `unit`. */
export function UnitDialog(props: {
  unit?: UnitView;
  parent_id: string | null;
  onClose: () => void;
}) {
  const { unit } = props;
  const said = useWords(words);
  const name = useName();
  const save = useChange<UnitView, Values>(
    ({ parent_id, ...values }) =>
      unit
        ? {
            method: "PATCH",
            path: `/units/${unit.id}`,
            version: unit.version,
            body: {
              ...filledIn({ from: values.from }),
              code: values.code,
              name: nameOf(values.name),
              kind: values.kind ?? "",
              short_name: values.short_name ?? "",
              region_id: values.region_id ?? null,
            },
          }
        : {
            method: "POST",
            path: "/units",
            body: { ...filledIn({ ...values, parent_id }), name: nameOf(values.name) },
          },
    { onDone: props.onClose },
  );
  return (
    <FormDialog<Values>
      open
      title={unit ? fill(said.edit_of, { name: name(unit.name) }) : said.unit_new}
      submit={save}
      {...(unit ? {} : { submitText: said.create })}
      initial={unit ?? { parent_id: props.parent_id }}
      width={640}
      onClose={props.onClose}
    >
      {unit ? null : <ScopeHint />}
      <div className="directory-fields">
        <CodeField />
        <Form.Item name="kind" label={said.kind}>
          <Input maxLength={200} />
        </Form.Item>
        <NameFields />
        <Form.Item name="short_name" label={said.short_name}>
          <Input maxLength={200} />
        </Form.Item>
        {unit ? null : (
          <Form.Item name="parent_id" label={said.parent}>
            <UnitSelect label={said.parent} />
          </Form.Item>
        )}
        <Form.Item name="region_id" label={said.region}>
          <RegionSelect label={said.region} />
        </Form.Item>
      </div>
      <FromField />
    </FormDialog>
  );
}
