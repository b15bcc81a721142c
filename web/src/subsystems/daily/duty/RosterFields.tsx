import { Button, Form, Input, InputNumber, Select, Switch } from "antd";
import { useWords } from "../../../kit/language";
import { ZoneSelect } from "../../../kit/ZoneSelect";
import { UnitSelect } from "../../../platform/directory/PlaceSelect";
import { PostSelect } from "../../../platform/directory/people/PostSelect";
import { DaysField } from "./DaysField";
import { MoveButtons } from "./MoveButtons";
import { PeopleSelect } from "./PeopleSelect";
import { RotationFields } from "./RotationFields";
import type { Within } from "./RotationFields";
import { newRotation } from "./rosterValues";
import { words } from "./words";

function useRequired() {
  const said = useWords(words);
  return [{ required: true, message: said.required }];
}

/** Name, unit, zone, calendar, rest and swaps. */
export function HeadFields() {
  const said = useWords(words);
  const required = useRequired();
  return (
    <fieldset className="duty-part">
      <legend>{said.roster}</legend>
      <div className="duty-columns">
        <Form.Item name="name" label={said.name} rules={required}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="unit_id" label={said.unit} rules={required}>
          <UnitSelect label={said.unit} />
        </Form.Item>
        <Form.Item name="zone" label={said.zone} rules={required}>
          <ZoneSelect label={said.zone} />
        </Form.Item>
        <Form.Item name="calendar" label={said.working_calendar}>
          <Select
            options={[
              { value: "china", label: said.calendar_china },
              { value: "weekdays", label: said.calendar_weekdays },
              { value: "every_day", label: said.calendar_every_day },
            ]}
          />
        </Form.Item>
        <Form.Item name="rest_hours_min" label={said.rest_min}>
          <InputNumber min={0} max={168} className="kit-wide" />
        </Form.Item>
        <Form.Item name="swap_approval" label={said.swap_approval} valuePropName="checked">
          <Switch />
        </Form.Item>
      </div>
    </fieldset>
  );
}

/** The shifts of a day. */
export function ShiftFields() {
  const said = useWords(words);
  const required = useRequired();
  return (
    <Form.List name="shifts">
      {(fields, { add, remove }) => (
        <fieldset className="duty-part">
          <legend>{said.shifts}</legend>
          {fields.map((field) => (
            <div key={field.key} className="duty-columns">
              <Form.Item name={[field.name, "name"]} label={said.name} rules={required}>
                <Input maxLength={100} />
              </Form.Item>
              <Form.Item
                name={[field.name, "key"]}
                label={said.key}
                tooltip={said.key_about}
                rules={required}
              >
                <Input maxLength={40} className="kit-code" />
              </Form.Item>
              <Form.Item name={[field.name, "from"]} label={said.shift_from} rules={required}>
                <Input type="time" />
              </Form.Item>
              <Form.Item name={[field.name, "to"]} label={said.shift_to} rules={required}>
                <Input type="time" />
              </Form.Item>
              <DaysField name={[field.name, "days"]} />
              <Form.Item label={said.actions}>
                <Button onClick={() => remove(field.name)}>{said.remove}</Button>
              </Form.Item>
            </div>
          ))}
          <Button onClick={() => add({ from: "20:00", to: "08:00" })}>{said.shift_add}</Button>
        </fieldset>
      )}
    </Form.List>
  );
}

function PositionHead(props: Within & { name: number }) {
  const { name } = props;
  const said = useWords(words);
  const required = useRequired();
  return (
    <div className="duty-columns">
      <Form.Item name={[name, "name"]} label={said.name} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name={[name, "key"]} label={said.key} tooltip={said.key_about} rules={required}>
        <Input maxLength={40} className="kit-code" />
      </Form.Item>
      <Form.Item name={[name, "seats"]} label={said.seats}>
        <InputNumber min={1} max={20} className="kit-wide" />
      </Form.Item>
      <Form.Item name={[name, "post_id"]} label={said.post}>
        <PostSelect label={said.post} clearable />
      </Form.Item>
      <Form.Item
        name={[name, "qualifications"]}
        label={said.qualifications}
        extra={said.qualifications_about}
      >
        <Select mode="tags" open={false} />
      </Form.Item>
      <Form.Item name={[name, "shifts"]} label={said.only_shifts}>
        <Select mode="multiple" placeholder={said.every_shift} options={props.shifts} />
      </Form.Item>
      <Form.Item name={[name, "reserves"]} label={said.reserves} extra={said.reserves_about}>
        <PeopleSelect label={said.reserves} known={props.known} />
      </Form.Item>
    </div>
  );
}

/** Who is needed in each shift, and who takes turns. */
export function PositionFields(props: Within) {
  const said = useWords(words);
  return (
    <Form.List name="positions">
      {(fields, { add, remove, move }) => (
        <>
          {fields.map((field, at) => (
            <fieldset key={field.key} className="duty-part">
              <legend>{said.position}</legend>
              <PositionHead {...props} name={field.name} />
              <RotationFields {...props} name={field.name} />
              <div className="duty-foot">
                <MoveButtons
                  what={said.position}
                  at={at}
                  count={fields.length}
                  onMove={move}
                  onRemove={() => remove(field.name)}
                />
              </div>
            </fieldset>
          ))}
          <Button onClick={() => add({ seats: 1, rotations: [newRotation(props.today)] })}>
            {said.position_add}
          </Button>
        </>
      )}
    </Form.List>
  );
}
