import { Button, Form, Input, Select } from "antd";
import { DayInput } from "../../../kit/DayInput";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { words } from "./words";

/** Days that differ here from the working calendar: holidays of a place, days that are worked. */
export function OwnDayFields(props: { name: string | string[] }) {
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  return (
    <Form.List name={props.name}>
      {(fields, { add, remove }, { errors }) => (
        <fieldset className="duty-part">
          <legend>{said.own_days}</legend>
          {fields.map((field, at) => (
            <div key={field.key} className="duty-columns">
              <Form.Item
                name={[field.name, "date"]}
                label={fill(said.own_day_n, { n: at + 1 })}
                rules={required}
              >
                <DayInput />
              </Form.Item>
              <Form.Item name={[field.name, "kind"]} label={said.own_day_kind} rules={required}>
                <Select
                  options={[
                    { value: "workday", label: said.workday },
                    { value: "holiday", label: said.holiday },
                  ]}
                />
              </Form.Item>
              <Form.Item name={[field.name, "name"]} label={said.own_day_name}>
                <Input maxLength={100} />
              </Form.Item>
              <Form.Item label={said.actions}>
                <Button onClick={() => remove(field.name)}>{said.remove}</Button>
              </Form.Item>
            </div>
          ))}
          <Button onClick={() => add({ kind: "holiday" })}>{said.own_day_add}</Button>
          <Form.ErrorList errors={errors} />
        </fieldset>
      )}
    </Form.List>
  );
}
