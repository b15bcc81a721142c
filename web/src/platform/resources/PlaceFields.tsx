import { Form, Select } from "antd";
import type { TagView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { useText, useWords } from "../../kit/language";
import { RegionSelect, UnitSelect } from "../directory/PlaceSelect";
import { useKinds } from "./useKinds";
import { words } from "./words";

/** Where a resource belongs, how far its life has come, and the free words on it. */
export function PlaceFields(props: { kind: string }) {
  const said = useWords(words);
  const textOf = useText();
  const kinds = useKinds();
  const { items: tags } = useList<TagView>("/tags", { limit: 500 });
  const states = kinds.find(props.kind)?.life_cycle ?? [];
  return (
    <div className="resource-fields">
      <Form.Item name="unit_id" label={said.unit}>
        <UnitSelect label={said.unit} />
      </Form.Item>
      <Form.Item name="region_id" label={said.region}>
        <RegionSelect label={said.region} />
      </Form.Item>
      <Form.Item name="life_cycle" label={said.life_cycle}>
        <Select
          allowClear
          options={states.map((one) => ({ value: one.name, label: textOf(one.title) }))}
        />
      </Form.Item>
      <Form.Item name="tags" label={said.tags}>
        <Select
          mode="tags"
          tokenSeparators={[","]}
          options={tags.map((tag) => ({ value: tag.word, label: tag.word }))}
        />
      </Form.Item>
    </div>
  );
}
