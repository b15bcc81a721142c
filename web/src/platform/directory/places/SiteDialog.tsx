import { Form, Input, InputNumber } from "antd";
import type { SiteView, Text } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { filledIn } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { CodeField, FromField, NameFields } from "../Fields";
import { RegionSelect, UnitSelect } from "../PlaceSelect";
import { useName } from "../useName";
import { ScopeHint } from "../ScopeHint";
import { words } from "../words";

interface Values {
  code: string;
  name: Text;
  address?: string;
  unit_id?: string | null;
  region_id?: string | null;
  coordinates?: { latitude?: number | null; longitude?: number | null };
  from?: string;
}

function placeOf(coordinates: Values["coordinates"]) {
  const { latitude, longitude } = coordinates ?? {};
  const known = typeof latitude === "number" || typeof longitude === "number";
  return known ? { latitude, longitude } : null;
}

/** Makes a site, or changes `site`. */
export function SiteDialog(props: { site?: SiteView; onClose: () => void }) {
  const { site } = props;
  const said = useWords(words);
  const name = useName();
  const save = useChange<SiteView, Values>(
    (values) => ({
      method: site ? "PATCH" : "POST",
      path: site ? `/sites/${site.id}` : "/sites",
      ...(site ? { version: site.version } : {}),
      body: {
        ...filledIn({ from: values.from }),
        code: values.code,
        name: { en: values.name?.en ?? "", zh: values.name?.zh ?? "" },
        address: values.address ?? "",
        unit_id: values.unit_id ?? null,
        region_id: values.region_id ?? null,
        coordinates: placeOf(values.coordinates),
      },
    }),
    { onDone: props.onClose },
  );
  const coordinates = site ? { latitude: site.latitude, longitude: site.longitude } : {};
  return (
    <FormDialog<Values>
      open
      title={site ? fill(said.edit_of, { name: name(site.name) }) : said.site_new}
      submit={save}
      {...(site ? {} : { submitText: said.create })}
      initial={{ ...site, coordinates }}
      width={640}
      onClose={props.onClose}
    >
      {site ? null : <ScopeHint />}
      <div className="directory-fields">
        <CodeField />
        <Form.Item name="address" label={said.address}>
          <Input maxLength={4000} />
        </Form.Item>
        <NameFields />
        <Form.Item name="region_id" label={said.region}>
          <RegionSelect label={said.region} />
        </Form.Item>
        <Form.Item name="unit_id" label={said.unit}>
          <UnitSelect label={said.unit} />
        </Form.Item>
        <Form.Item name={["coordinates", "latitude"]} label={said.latitude}>
          <InputNumber min={-90} max={90} className="kit-wide" />
        </Form.Item>
        <Form.Item name={["coordinates", "longitude"]} label={said.longitude}>
          <InputNumber min={-180} max={180} className="kit-wide" />
        </Form.Item>
      </div>
      <FromField />
    </FormDialog>
  );
}
