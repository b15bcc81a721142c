import { Form, Input, Select } from "antd";
import { useState } from "react";
import type { JsonObject, ResourceView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { filledOf } from "../../kit/SchemaForm";
import { AttributeFields } from "./AttributeFields";
import { useKinds } from "./useKinds";
import { PlaceFields } from "./PlaceFields";
import { words } from "./words";

interface NewResource {
  kind: string;
  name: string;
  description?: string;
  attributes?: JsonObject;
  unit_id?: string | null;
  region_id?: string | null;
  life_cycle?: string | null;
  tags?: string[];
}

/** Registers a resource by hand; the fields follow the kind. */
export function NewResourceDialog(props: {
  open: boolean;
  kind: string;
  onClose: () => void;
  onDone: (resource: ResourceView) => void;
}) {
  const said = useWords(words);
  const kinds = useKinds();
  const first = props.kind || "host";
  const [kind, setKind] = useState(first);
  const create = useChange<ResourceView, NewResource>(
    ({ attributes, ...rest }) => {
      const body = { ...rest, attributes: filledOf(attributes ?? {}) };
      return { method: "POST", path: "/resources", body };
    },
    { onDone: props.onDone },
  );
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<NewResource>
      open={props.open}
      title={said.new_resource}
      submit={create}
      submitText={said.create}
      width={640}
      initial={{ kind: first }}
      onClose={props.onClose}
      onValues={(values) => setKind(values.kind)}
    >
      <Form.Item name="kind" label={said.kind} rules={required}>
        <Select
          showSearch={{ optionFilterProp: "label" }}
          options={kinds.items.map((one) => ({ value: one.name, label: kinds.titleOf(one.name) }))}
        />
      </Form.Item>
      <Form.Item name="name" label={said.name} rules={required}>
        <Input maxLength={200} spellCheck={false} autoFocus />
      </Form.Item>
      <Form.Item name="description" label={said.description}>
        <Input.TextArea rows={2} />
      </Form.Item>
      <PlaceFields kind={kind} />
      <AttributeFields attributes={kinds.find(kind)?.attributes ?? []} />
    </FormDialog>
  );
}
