import { Alert, Form, Input, Radio } from "antd";
import { useState } from "react";
import type { CampaignView } from "../../../api/contract";
import { useOne } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { ResourcesSelect } from "../../../platform/resources/ResourceSelect";
import type { CampaignValues } from "./campaign";
import { words } from "./words";

/** How many resources a filter matches now; nothing is said of one that is wrong. */
function Matches(props: { filter: string }) {
  const said = useWords(words);
  const read = useOne<{ count: number }>(props.filter ? "/resources/count" : null, {
    filter: props.filter,
  });
  if (!props.filter || read.problem || !read.value) return null;
  return <span role="status">{fill(said.matches, { n: read.value.count })}</span>;
}

function Listed(props: { known: CampaignView["chosen"] }) {
  const said = useWords(words);
  return (
    <Form.Item
      name={["machines", "resources"]}
      label={said.machines}
      rules={[{ required: true, message: said.required }]}
    >
      <ResourcesSelect
        label={said.machines}
        known={props.known.map(({ id, name }) => ({ id, name: { en: name, zh: name } }))}
      />
    </Form.Item>
  );
}

/** Which machines a campaign is about: by a filter, or one by one. */
export function MachineFields(props: { one: CampaignView | null }) {
  const { one } = props;
  const said = useWords(words);
  const form = Form.useFormInstance<CampaignValues>();
  const by: CampaignValues["by"] | undefined = Form.useWatch("by", form);
  const [asked, setAsked] = useState("");
  if (one && one.state !== "planned") return <Alert type="info" showIcon title={said.frozen} />;
  return (
    <>
      <Form.Item name="by" label={said.by}>
        <Radio.Group
          aria-label={said.by}
          options={[
            { value: "filter", label: said.by_filter },
            { value: "list", label: said.by_list },
          ]}
        />
      </Form.Item>
      {by === "list" ? (
        <Listed known={one?.chosen ?? []} />
      ) : (
        <Form.Item
          name={["machines", "filter"]}
          label={said.filter}
          rules={[{ required: true, message: said.required }]}
          extra={
            <>
              {said.filter_about} <Matches filter={asked} />
            </>
          }
        >
          <Input
            spellCheck={false}
            className="kit-code"
            maxLength={4000}
            onBlur={(event) => setAsked(event.target.value.trim())}
          />
        </Form.Item>
      )}
    </>
  );
}
