import { Form, Radio, Select } from "antd";
import type { InspectionBody, RosterView } from "../../../../api/contract";
import { useAll } from "../../../../api/hooks";
import { useWords } from "../../../../kit/language";
import { PostSelect } from "../../../../platform/directory/people/PostSelect";
import { useCan } from "../../../../shell/can";
import type { InspectionValues } from "./inspectionValues";
import { words } from "./words";

/** The roster, and perhaps a position of it. */
function RosterFields() {
  const said = useWords(words);
  const refusal = useCan()("duty.read");
  const form = Form.useFormInstance<InspectionValues>();
  const rosters = useAll<RosterView>(refusal === null ? "/duty/rosters" : null);
  const chosen: string | null | undefined = Form.useWatch(["by", "roster_id"], form);
  const roster = rosters.items.find((one) => one.id === chosen)?.roster;
  return (
    <>
      <Form.Item
        name={["by", "roster_id"]}
        label={said.roster}
        extra={refusal}
        rules={[{ required: true, message: said.required }]}
      >
        <Select
          disabled={refusal !== null}
          loading={rosters.loading}
          showSearch={{ optionFilterProp: "label" }}
          options={rosters.items.map((one) => ({ value: one.id, label: one.roster.name }))}
          onChange={() => form.setFieldValue(["by", "position"], null)}
        />
      </Form.Item>
      <Form.Item name={["by", "position"]} label={said.position}>
        <Select
          allowClear
          disabled={refusal !== null}
          placeholder={said.every_position}
          options={(roster?.positions ?? []).map((one) => ({ value: one.key, label: one.name }))}
        />
      </Form.Item>
    </>
  );
}

/** Who does the rounds: whoever is on in a roster, or holds a post. */
export function DoerFields(props: { by: InspectionBody["by"] | undefined }) {
  const said = useWords(words);
  const form = Form.useFormInstance<InspectionValues>();
  const first = props.by?.post_id ? "post" : "roster";
  const doer: InspectionValues["doer"] = Form.useWatch("doer", form) ?? first;
  return (
    <fieldset className="duty-part">
      <legend>{said.who}</legend>
      <Form.Item name="doer">
        <Radio.Group
          aria-label={said.who}
          options={[
            { value: "roster", label: said.who_roster },
            { value: "post", label: said.who_post },
          ]}
        />
      </Form.Item>
      <div className="duty-columns">
        {doer === "post" ? (
          <Form.Item
            name={["by", "post_id"]}
            label={said.post}
            rules={[{ required: true, message: said.required }]}
          >
            <PostSelect label={said.post} />
          </Form.Item>
        ) : (
          <RosterFields />
        )}
      </div>
    </fieldset>
  );
}
