import { Form, Input } from "antd";
import { useText, useWords } from "../../../../kit/language";
import { UnitSelect } from "../../../../platform/directory/PlaceSelect";
import { FoldedList } from "./FoldedList";
import { NameFields } from "./NameFields";
import { NEW_CATEGORY } from "./publicForm";
import { calledOf } from "./typeForm";
import type { TypeForm } from "./typeForm";
import { words } from "./words";

const LIST = ["public", "categories"];

function Category(props: { at: number }) {
  const { at } = props;
  const said = useWords(words);
  return (
    <div className="desk-fields">
      <Form.Item name={[at, "key"]} label={said.key}>
        <Input spellCheck={false} maxLength={40} />
      </Form.Item>
      <NameFields at={at} />
      <Form.Item name={[at, "unit_id"]} label={said.category_unit}>
        <UnitSelect label={said.category_unit} />
      </Form.Item>
    </div>
  );
}

/** What people outside say their enquiry is about. */
export function CategoryFields(props: { faulty: Set<number> }) {
  const said = useWords(words);
  const text = useText();
  const form = Form.useFormInstance<TypeForm>();
  // The form keeps them while it is turned off and shows no fields for them.
  const categories = Form.useWatch(["public", "categories"], { form, preserve: true }) ?? [];
  const nameOf = (at: number) => calledOf(categories[at], text, at);
  return (
    <fieldset className="kit-fieldset">
      <legend>{said.categories}</legend>
      <p className="kit-quiet">{said.categories_about}</p>
      <FoldedList
        name={LIST}
        addText={said.add_category}
        fresh={NEW_CATEGORY}
        nameOf={nameOf}
        lineOf={nameOf}
        faulty={props.faulty}
      >
        {(at) => <Category at={at} />}
      </FoldedList>
    </fieldset>
  );
}
