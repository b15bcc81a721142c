import { DeleteOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select, Switch } from "antd";
import { useWords } from "../../../kit/language";
import { ATTRIBUTE_TYPES } from "./kindForm";
import { useKinds } from "../useKinds";
import { words } from "./words";

function Special(props: { index: number }) {
  const said = useWords(words);
  const kinds = useKinds();
  const type = Form.useWatch(["attributes", props.index, "type"]);
  if (type === "enumeration") {
    return (
      <Form.Item
        name={[props.index, "values"]}
        label={said.attribute_values}
        extra={said.attribute_values_about}
      >
        <Input.TextArea rows={3} spellCheck={false} />
      </Form.Item>
    );
  }
  if (type === "reference") {
    return (
      <Form.Item name={[props.index, "refers_to"]} label={said.attribute_refers_to}>
        <Select
          options={kinds.items.map((one) => ({ value: one.name, label: kinds.titleOf(one.name) }))}
        />
      </Form.Item>
    );
  }
  return null;
}

/** One attribute of a kind. */
export function AttributeEditor(props: {
  index: number;
  removable: boolean;
  onRemove: () => void;
}) {
  const { index, removable, onRemove } = props;
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  return (
    <fieldset className="resource-attribute">
      <div className="resource-fields">
        <Form.Item name={[index, "name"]} label={said.attribute_name} rules={required}>
          <Input spellCheck={false} placeholder="serial_number" />
        </Form.Item>
        <Form.Item name={[index, "type"]} label={said.attribute_type}>
          <Select options={ATTRIBUTE_TYPES.map((type) => ({ value: type, label: type }))} />
        </Form.Item>
        <Form.Item name={[index, "title", "en"]} label={said.title_en} rules={required}>
          <Input />
        </Form.Item>
        <Form.Item name={[index, "title", "zh"]} label={said.title_zh} rules={required}>
          <Input />
        </Form.Item>
        <Form.Item name={[index, "unit"]} label={said.attribute_unit}>
          <Input />
        </Form.Item>
        <Form.Item
          name={[index, "required"]}
          label={said.attribute_required}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
        <Form.Item name={[index, "retired"]} label={said.attribute_retired} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Special index={index} />
      </div>
      {removable ? (
        <Button size="small" icon={<DeleteOutlined />} onClick={onRemove}>
          {said.remove}
        </Button>
      ) : null}
    </fieldset>
  );
}
