import { Form } from "antd";
import type { UnitView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { filledIn } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { FromField } from "../Fields";
import { UnitSelect } from "../PlaceSelect";
import { useName } from "../useName";
import { words } from "../words";

interface Values {
  parent_id?: string | null;
  from?: string;
}

/** Makes a unit part of another one, with all that is below it. */
export function MoveDialog(props: { unit: UnitView; onClose: () => void }) {
  const { unit } = props;
  const said = useWords(words);
  const name = useName();
  const move = useChange<UnitView, Values>(
    ({ parent_id, from }) => ({
      method: "POST",
      path: `/units/${unit.id}/move`,
      version: unit.version,
      body: { ...filledIn({ from }), parent_id: parent_id ?? null },
    }),
    { onDone: props.onClose },
  );
  return (
    <FormDialog<Values>
      open
      title={fill(said.move_of, { name: name(unit.name) })}
      submit={move}
      submitText={said.move}
      initial={{ parent_id: unit.parent_id }}
      onClose={props.onClose}
    >
      <p>{said.move_about}</p>
      <Form.Item name="parent_id" label={said.parent}>
        <UnitSelect label={said.parent} />
      </Form.Item>
      <FromField />
    </FormDialog>
  );
}
