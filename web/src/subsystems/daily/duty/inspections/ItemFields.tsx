import { ArrowDownOutlined, ArrowUpOutlined } from "@ant-design/icons";
import { Button, Checkbox, Form, Input, InputNumber, Select, Space } from "antd";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { ResourceSelect } from "../../../../platform/resources/ResourceSelect";
import { newItem } from "./inspectionValues";
import type { InspectionValues, ItemValues } from "./inspectionValues";
import { words } from "./words";

const KINDS = ["yes_no", "number", "choice", "text"] as const;
const KEY = /^[a-z0-9_-]{1,40}$/;
const CHOICES_MAX = 20;
const ITEMS_MAX = 500;

function NumberFields(props: { name: number }) {
  const { name } = props;
  const said = useWords(words);
  const above = ({ getFieldValue }: { getFieldValue: (path: (string | number)[]) => unknown }) => ({
    validator: async (_: unknown, max: unknown) => {
      const min = getFieldValue(["items", name, "min"]);
      if (typeof min === "number" && typeof max === "number" && min > max) {
        throw new Error(said.min_max);
      }
    },
  });
  return (
    <>
      <Form.Item name={[name, "unit"]} label={said.measured_in}>
        <Input maxLength={20} />
      </Form.Item>
      <Form.Item name={[name, "min"]} label={said.min}>
        <InputNumber className="kit-wide" />
      </Form.Item>
      <Form.Item
        name={[name, "max"]}
        label={said.max}
        dependencies={[["items", name, "min"]]}
        rules={[above]}
      >
        <InputNumber className="kit-wide" />
      </Form.Item>
    </>
  );
}

function ChoiceFields(props: { name: number; n: number }) {
  const said = useWords(words);
  return (
    <Form.List name={[props.name, "choices"]}>
      {(fields, { add, remove }, { errors }) => (
        <fieldset className="duty-part">
          <legend>{said.choices}</legend>
          <ul className="duty-lines">
            {fields.map((field, at) => {
              const label = fill(said.choice_n, { n: at + 1, item: props.n });
              return (
                <li key={field.key}>
                  <Form.Item
                    className="inspections-choice"
                    name={[field.name, "name"]}
                    rules={[{ required: true, message: said.required }]}
                  >
                    <Input aria-label={label} placeholder={label} maxLength={100} />
                  </Form.Item>
                  <Form.Item noStyle name={[field.name, "abnormal"]} valuePropName="checked">
                    <Checkbox aria-label={`${label}: ${said.choice_abnormal}`}>
                      {said.choice_abnormal}
                    </Checkbox>
                  </Form.Item>
                  <Button size="small" onClick={() => remove(field.name)}>
                    {said.remove}
                  </Button>
                </li>
              );
            })}
          </ul>
          <Button
            size="small"
            disabled={fields.length >= CHOICES_MAX}
            onClick={() => add({ name: "", abnormal: false })}
          >
            {said.choice_add}
          </Button>
          <Form.ErrorList errors={errors} />
        </fieldset>
      )}
    </Form.List>
  );
}

function ItemField(props: { name: number; n: number; kind: ItemValues["kind"] }) {
  const { name, n, kind } = props;
  const said = useWords(words);
  return (
    <>
      <div className="duty-columns">
        <Form.Item
          name={[name, "name"]}
          label={said.item_name}
          tooltip={said.item_name_about}
          rules={[{ required: true, message: said.required }]}
        >
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name={[name, "kind"]} label={said.kind}>
          <Select options={KINDS.map((value) => ({ value, label: said[`kind_${value}`] }))} />
        </Form.Item>
        {kind === "number" ? <NumberFields name={name} /> : null}
        <Form.Item name={[name, "place"]} label={said.place}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name={[name, "resource_id"]} label={said.resource}>
          <ResourceSelect label={said.resource} clearable />
        </Form.Item>
        <Form.Item
          name={[name, "key"]}
          label={said.key}
          tooltip={said.key_about}
          rules={[
            { required: true, message: said.required },
            { pattern: KEY, message: said.key_rule },
          ]}
        >
          <Input maxLength={40} className="kit-code" />
        </Form.Item>
      </div>
      {kind === "choice" ? <ChoiceFields name={name} n={n} /> : null}
      <Form.Item name={[name, "photo"]} valuePropName="checked">
        <Checkbox>{said.photo}</Checkbox>
      </Form.Item>
    </>
  );
}

/** The route, in the order it is walked. */
export function ItemFields(props: { first: readonly ItemValues[] }) {
  const said = useWords(words);
  const form = Form.useFormInstance<InspectionValues>();
  const items: readonly (ItemValues | undefined)[] = Form.useWatch("items", form) ?? props.first;
  const keys = items.flatMap((item) => (item?.key ? [item.key] : []));
  return (
    <Form.List name="items">
      {(fields, { add, remove, move }, { errors }) => (
        <fieldset className="duty-part">
          <legend>{said.route}</legend>
          {fields.map((field, at) => (
            <fieldset key={field.key} className="duty-part">
              <legend>{fill(said.item_n, { n: at + 1 })}</legend>
              <ItemField name={field.name} n={at + 1} kind={items[at]?.kind ?? "yes_no"} />
              <Space wrap>
                <Button
                  icon={<ArrowUpOutlined />}
                  aria-label={fill(said.up, { n: at + 1 })}
                  disabled={at === 0}
                  onClick={() => move(at, at - 1)}
                />
                <Button
                  icon={<ArrowDownOutlined />}
                  aria-label={fill(said.down, { n: at + 1 })}
                  disabled={at === fields.length - 1}
                  onClick={() => move(at, at + 1)}
                />
                <Button disabled={fields.length === 1} onClick={() => remove(field.name)}>
                  {said.remove}
                </Button>
              </Space>
            </fieldset>
          ))}
          <Button disabled={fields.length >= ITEMS_MAX} onClick={() => add(newItem(keys))}>
            {said.item_add}
          </Button>
          <Form.ErrorList errors={errors} />
        </fieldset>
      )}
    </Form.List>
  );
}
