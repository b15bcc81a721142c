import { Button, Form, Input, InputNumber, Select, Switch } from "antd";
import type { DutyPersonView } from "../../../api/contract";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { UnitSelect } from "../../../platform/directory/PlaceSelect";
import { PostSelect } from "../../../platform/directory/people/PostSelect";
import { PeopleSelect } from "./PeopleSelect";
import { newBlock, newRotation } from "./rosterValues";
import { words } from "./words";

const ZONES = ["Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Macau", "UTC"];
const UNITS = ["hours", "days", "weeks", "months", "shifts", "duty_days"] as const;
const DAYS = ["workday", "weekend", "holiday"] as const;

function useRequired() {
  const said = useWords(words);
  return [{ required: true, message: said.required }];
}

function DaysField(props: { name: (string | number)[] }) {
  const said = useWords(words);
  return (
    <Form.Item name={props.name} label={said.day_kinds}>
      <Select
        mode="multiple"
        placeholder={said.every_day}
        options={DAYS.map((day) => ({ value: day, label: said[day] }))}
      />
    </Form.Item>
  );
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
          <Input list="duty-zones" />
        </Form.Item>
        <datalist id="duty-zones">
          {ZONES.map((zone) => (
            <option key={zone} value={zone} label={zone}>
              {zone}
            </option>
          ))}
        </datalist>
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

interface Within {
  known: readonly DutyPersonView[];
  shifts: { value: string; label: string }[];
  today: string;
}

function BlockFields(props: { name: number; known: readonly DutyPersonView[] }) {
  const said = useWords(words);
  return (
    <Form.List name={[props.name, "blocks"]}>
      {(fields, { add, remove }) => (
        <>
          {fields.map((field, at) => (
            <div key={field.key} className="duty-columns">
              <Form.Item
                name={[field.name, "people"]}
                label={`${fill(said.block, { n: at + 1 })} · ${said.block_people}`}
              >
                <PeopleSelect
                  label={`${fill(said.block, { n: at + 1 })} · ${said.block_people}`}
                  known={props.known}
                />
              </Form.Item>
              <Form.Item name={[field.name, "length"]} label={said.block_length}>
                <InputNumber min={1} max={1000} className="kit-wide" />
              </Form.Item>
              <Form.Item label={said.actions}>
                <Button onClick={() => remove(field.name)}>{said.remove}</Button>
              </Form.Item>
            </div>
          ))}
          <Button onClick={() => add(newBlock)}>{said.block_add}</Button>
        </>
      )}
    </Form.List>
  );
}

function RotationFields(props: Within & { name: number }) {
  const said = useWords(words);
  const required = useRequired();
  return (
    <Form.List name={[props.name, "rotations"]}>
      {(fields, { add, remove }) => (
        <>
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
              <BlockFields name={field.name} known={props.known} />{" "}
              <Button onClick={() => remove(field.name)}>{said.remove}</Button>
            </fieldset>
          ))}
          <Button onClick={() => add(newRotation(props.today))}>{said.rotation_add}</Button>
        </>
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
      {(fields, { add, remove }) => (
        <>
          {fields.map((field) => (
            <fieldset key={field.key} className="duty-part">
              <legend>{said.position}</legend>
              <PositionHead {...props} name={field.name} />
              <RotationFields {...props} name={field.name} />{" "}
              <Button danger onClick={() => remove(field.name)}>
                {said.remove}
              </Button>
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
