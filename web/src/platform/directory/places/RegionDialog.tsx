import { Form, Input } from "antd";
import type { RegionView, Text } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { filledIn } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { CodeField, FromField, NameFields } from "../Fields";
import { RegionSelect } from "../PlaceSelect";
import { useName } from "../useName";
import { ScopeHint } from "../ScopeHint";
import { words } from "../words";

interface Values {
  code: string;
  name: Text;
  kind?: string;
  parent_id?: string | null;
  from?: string;
}

/** Makes a region, or changes `region`. */
export function RegionDialog(props: { region?: RegionView; onClose: () => void }) {
  const { region } = props;
  const said = useWords(words);
  const name = useName();
  const save = useChange<RegionView, Values>(
    (values) => ({
      method: region ? "PATCH" : "POST",
      path: region ? `/regions/${region.id}` : "/regions",
      ...(region ? { version: region.version } : {}),
      body: {
        ...filledIn({ from: values.from }),
        code: values.code,
        name: { en: values.name?.en ?? "", zh: values.name?.zh ?? "" },
        kind: values.kind ?? "",
        parent_id: values.parent_id ?? null,
      },
    }),
    { onDone: props.onClose, touches: ["units", "sites"] },
  );
  return (
    <FormDialog<Values>
      open
      title={region ? fill(said.edit_of, { name: name(region.name) }) : said.region_new}
      submit={save}
      {...(region ? {} : { submitText: said.create })}
      {...(region ? { initial: region } : {})}
      width={640}
      onClose={props.onClose}
    >
      {region ? null : <ScopeHint />}
      <div className="directory-fields">
        <CodeField />
        <Form.Item name="kind" label={said.kind}>
          <Input maxLength={200} />
        </Form.Item>
        <NameFields />
        <Form.Item name="parent_id" label={said.parent}>
          <RegionSelect label={said.parent} />
        </Form.Item>
      </div>
      <FromField />
    </FormDialog>
  );
}
