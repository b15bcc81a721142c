import { Form, Select } from "antd";
import type { UnitView } from "../../../api/contract";
import { useAll, useChange } from "../../../api/hooks";
import { filledIn } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { FromField } from "../Fields";
import { useName } from "../useName";
import { words } from "../words";

interface Values {
  units: string[];
  from?: string;
}

/** Merges other units into this one. */
export function MergeDialog(props: { unit: UnitView; onClose: () => void }) {
  const { unit } = props;
  const said = useWords(words);
  const name = useName();
  const all = useAll<UnitView>("/units");
  const merge = useChange<UnitView, Values>(
    (values) => ({
      method: "POST",
      path: `/units/${unit.id}/merge`,
      version: unit.version,
      body: filledIn(values),
    }),
    { onDone: props.onClose, touches: ["posts", "people", "holdings", "resources"] },
  );
  const options = all.items
    .filter((one) => one.id !== unit.id)
    .map((one) => ({ value: one.id, label: `${name(one.name)} · ${one.code}` }));
  return (
    <FormDialog<Values>
      open
      title={fill(said.merge_of, { name: name(unit.name) })}
      submit={merge}
      submitText={said.merge}
      onClose={props.onClose}
    >
      <p>{said.merge_about}</p>
      <Form.Item
        name="units"
        label={said.merge_units}
        rules={[{ required: true, message: said.required }]}
      >
        <Select mode="multiple" options={options} showSearch={{ optionFilterProp: "label" }} />
      </Form.Item>
      <FromField />
    </FormDialog>
  );
}
