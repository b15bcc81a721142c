import { Form, Select, Switch } from "antd";
import { useWords } from "../../../../kit/language";
import { UnitSelect } from "../../../../platform/directory/PlaceSelect";
import { words } from "./words";

const SEVERITIES = ["critical", "warning", "info"] as const;

/** Whether incidents of monitoring open tickets of this kind, and what becomes of those. */
export function IncidentFields(props: {
  takes: boolean;
  choices: { value: string; label: string }[];
}) {
  const said = useWords(words);
  return (
    <fieldset className="kit-fieldset">
      <legend>{said.incidents}</legend>
      <Form.Item name="takes_incidents" label={said.takes_incidents} valuePropName="checked">
        <Switch />
      </Form.Item>
      {props.takes ? (
        <div className="desk-fields">
          <Form.Item name={["incidents", "severities"]} label={said.severities}>
            <Select
              mode="multiple"
              options={SEVERITIES.map((value) => ({ value, label: said[value] }))}
            />
          </Form.Item>
          <Form.Item name={["incidents", "unit_id"]} label={said.incident_unit}>
            <UnitSelect label={said.incident_unit} />
          </Form.Item>
          <Form.Item name={["incidents", "on_end"]} label={said.on_end}>
            <Select allowClear placeholder={said.on_end_stay} options={props.choices} />
          </Form.Item>
        </div>
      ) : null}
    </fieldset>
  );
}
