import { Button, Form, Input, Select } from "antd";
import { DayInput } from "../../../../kit/DayInput";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { ZoneSelect } from "../../../../kit/ZoneSelect";
import { OwnDayFields } from "../OwnDayFields";
import type { InspectionValues } from "./inspectionValues";
import { useWeekdays } from "./scheduleWords";
import { words } from "./words";

const MONTH_DAYS = Array.from({ length: 31 }, (_, day) => ({ value: day + 1, label: String(day + 1) }));

function OnFields(props: { every: InspectionValues["schedule"]["every"] }) {
  const { every } = props;
  const said = useWords(words);
  const weekdays = useWeekdays();
  if (every === "day") return null;
  const week = every === "week";
  return (
    <Form.Item
      name={["schedule", "on"]}
      label={week ? said.on_week : said.on_month}
      extra={week ? null : said.on_month_about}
      rules={[{ required: true, message: said.required }]}
    >
      <Select
        mode="multiple"
        options={week ? weekdays.map((label, day) => ({ value: day + 1, label })) : MONTH_DAYS}
      />
    </Form.Item>
  );
}

function WindowFields() {
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  return (
    <Form.List name={["schedule", "windows"]}>
      {(fields, { add, remove }, { errors }) => (
        <fieldset className="duty-part">
          <legend>{said.windows}</legend>
          {fields.map((field, at) => (
            <div key={field.key} className="duty-columns">
              <Form.Item
                name={[field.name, "from"]}
                label={`${fill(said.window_n, { n: at + 1 })} · ${said.window_from}`}
                rules={required}
              >
                <Input type="time" />
              </Form.Item>
              <Form.Item
                name={[field.name, "to"]}
                label={`${fill(said.window_n, { n: at + 1 })} · ${said.window_to}`}
                rules={required}
              >
                <Input type="time" />
              </Form.Item>
              <Form.Item label={said.actions}>
                <Button disabled={fields.length === 1} onClick={() => remove(field.name)}>
                  {said.remove}
                </Button>
              </Form.Item>
            </div>
          ))}
          <Button onClick={() => add({ from: "16:00", to: "18:00" })}>{said.window_add}</Button>
          <Form.ErrorList errors={errors} />
        </fieldset>
      )}
    </Form.List>
  );
}

/** On which days and between which times rounds are done. */
export function ScheduleFields(props: { every: InspectionValues["schedule"]["every"] }) {
  const said = useWords(words);
  const form = Form.useFormInstance<InspectionValues>();
  const required = [{ required: true, message: said.required }];
  const every: InspectionValues["schedule"]["every"] =
    Form.useWatch(["schedule", "every"], form) ?? props.every;
  return (
    <fieldset className="duty-part">
      <legend>{said.schedule}</legend>
      <div className="duty-columns">
        <Form.Item name={["schedule", "every"]} label={said.every}>
          <Select
            options={(["day", "week", "month"] as const).map((value) => ({
              value,
              label: said[`every_${value}`],
            }))}
            onChange={() => form.setFieldValue(["schedule", "on"], [])}
          />
        </Form.Item>
        <OnFields every={every} />
        <Form.Item name={["schedule", "from"]} label={said.from_day} rules={required}>
          <DayInput />
        </Form.Item>
        <Form.Item name={["schedule", "calendar"]} label={said.calendar}>
          <Select
            options={(["china", "weekdays", "every_day"] as const).map((value) => ({
              value,
              label: said[`calendar_${value}`],
            }))}
          />
        </Form.Item>
        <Form.Item name={["schedule", "days_off"]} label={said.days_off}>
          <Select
            options={(["kept", "skipped", "moved"] as const).map((value) => ({
              value,
              label: said[`off_${value}`],
            }))}
          />
        </Form.Item>
        <Form.Item name={["schedule", "zone"]} label={said.zone} rules={required}>
          <ZoneSelect label={said.zone} />
        </Form.Item>
      </div>
      <WindowFields />
      <OwnDayFields name={["schedule", "days"]} />
    </fieldset>
  );
}
