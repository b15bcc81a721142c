import { Button, Form, Input, InputNumber, Select } from "antd";
import type { DutyPersonView } from "../../../api/contract";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { DaysField } from "./DaysField";
import { MoveButtons } from "./MoveButtons";
import { PeopleSelect } from "./PeopleSelect";
import { newBlock, newRotation, roundOf } from "./rosterValues";
import type { RosterValues, RotationValues } from "./rosterValues";
import { words } from "./words";

const UNITS = ["hours", "days", "weeks", "months", "shifts", "duty_days"] as const;

/** What positions and their rotations stand within. */
export interface Within {
  known: readonly DutyPersonView[];
  shifts: { value: string; label: string }[];
  today: string;
}

/** How many people one turn takes at most: one for each seat. */
function useSeats(position: number): number {
  const form = Form.useFormInstance<RosterValues>();
  const seats: number | null | undefined = Form.useWatch(["positions", position, "seats"], form);
  return seats ?? 1;
}

/** How long it takes until the first has their turn again. */
function Round(props: { position: number; rotation: number }) {
  const said = useWords(words);
  const form = Form.useFormInstance<RosterValues>();
  const at = ["positions", props.position, "rotations", props.rotation];
  const rotation: Partial<RotationValues> | undefined = Form.useWatch(at, form);
  if (!rotation?.unit) return null;
  const unit = said[`unit_${rotation.unit}`];
  return (
    <p className="kit-quiet" role="status">
      {fill(said.round_takes, { n: roundOf(rotation), unit })}
    </p>
  );
}

function BlockFields(props: { position: number; name: number; known: readonly DutyPersonView[] }) {
  const said = useWords(words);
  const seats = useSeats(props.position);
  const rules = [
    { required: true, message: said.required },
    { type: "array" as const, max: seats, message: fill(said.seats_full, { n: seats }) },
  ];
  return (
    <Form.List name={[props.name, "blocks"]}>
      {(fields, { add, remove, move }) => (
        <>
          {fields.map((field, at) => {
            const turn = fill(said.block, { n: at + 1 });
            const who = `${turn} · ${said.block_people}`;
            return (
              <div key={field.key} className="duty-columns">
                <Form.Item name={[field.name, "people"]} label={who} rules={rules}>
                  <PeopleSelect label={who} known={props.known} />
                </Form.Item>
                <Form.Item name={[field.name, "length"]} label={said.block_length}>
                  <InputNumber min={1} max={1000} className="kit-wide" />
                </Form.Item>
                <Form.Item label={said.actions}>
                  <MoveButtons
                    what={turn}
                    at={at}
                    count={fields.length}
                    onMove={move}
                    onRemove={() => remove(field.name)}
                  />
                </Form.Item>
              </div>
            );
          })}
          <Button onClick={() => add(newBlock)}>{said.block_add}</Button>
        </>
      )}
    </Form.List>
  );
}

/** Who takes turns in a position: for a shift on a day the first rotation that covers it counts. */
export function RotationFields(props: Within & { name: number }) {
  const { name } = props;
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  return (
    <Form.List name={[name, "rotations"]}>
      {(fields, { add, remove, move }) => (
        <>
          {fields.length > 1 ? <p className="kit-quiet">{said.rotations_about}</p> : null}
          {fields.map((field, at) => (
            <fieldset key={field.key} className="duty-part">
              <legend>{fill(said.rotation, { n: at + 1 })}</legend>
              <div className="duty-columns">
                <Form.Item name={[field.name, "start"]} label={said.rotation_start} rules={required}>
                  <Input type="datetime-local" />
                </Form.Item>
                <Form.Item name={[field.name, "unit"]} label={said.turn_unit}>
                  <Select
                    options={UNITS.map((unit) => ({ value: unit, label: said[`unit_${unit}`] }))}
                  />
                </Form.Item>
                <DaysField name={[field.name, "days"]} />
                <Form.Item name={[field.name, "shifts"]} label={said.only_shifts}>
                  <Select mode="multiple" placeholder={said.every_shift} options={props.shifts} />
                </Form.Item>
              </div>
              <BlockFields position={name} name={field.name} known={props.known} />
              <Round position={name} rotation={field.name} />
              <MoveButtons
                what={fill(said.rotation, { n: at + 1 })}
                at={at}
                count={fields.length}
                onMove={move}
                onRemove={() => remove(field.name)}
              />
            </fieldset>
          ))}
          <Button onClick={() => add(newRotation(props.today))}>{said.rotation_add}</Button>
        </>
      )}
    </Form.List>
  );
}
