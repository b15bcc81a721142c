import { Form, Select } from "antd";
import { useWords } from "../../../kit/language";
import { words } from "./words";

const DAYS = ["workday", "weekend", "holiday"] as const;

/** On which kinds of days something counts; none chosen: on all. */
export function DaysField(props: { name: (string | number)[] }) {
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
