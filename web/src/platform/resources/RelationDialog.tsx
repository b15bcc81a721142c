import { Form, Select } from "antd";
import type { RelationKindView, ResourceView } from "../../api/contract";
import { useChange, useItems } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useText, useWords } from "../../kit/language";
import { ResourceSelect } from "./ResourceSelect";
import { words } from "./words";

interface NewRelation {
  /** `forward runs-on`, `backward runs-on`: the wording that was chosen. */
  wording: string;
  other: string;
}

/** Ties this resource to another one, worded from this side. */
export function RelationDialog(props: { resource: ResourceView; onClose: () => void }) {
  const { resource, onClose } = props;
  const said = useWords(words);
  const text = useText();
  const relationKinds = useItems<RelationKindView>("/relation-kinds");
  const add = useChange<unknown, NewRelation>(
    ({ wording, other }) => {
      const [direction, kind] = wording.split(" ");
      const [from, to] = direction === "forward" ? [resource.id, other] : [other, resource.id];
      return { method: "POST", path: "/relations", body: { kind, from, to } };
    },
    { touches: ["resources", "journal"], onDone: onClose },
  );
  const wordings = relationKinds.items.flatMap((kind) => [
    { value: `forward ${kind.name}`, label: text(kind.forward) },
    { value: `backward ${kind.name}`, label: text(kind.backward) },
  ]);
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<NewRelation>
      open
      title={said.add_relation}
      submit={add}
      submitText={said.add_relation}
      onClose={onClose}
    >
      <Form.Item name="wording" label={said.relation} rules={required}>
        <Select options={wordings} loading={relationKinds.loading} />
      </Form.Item>
      <Form.Item name="other" label={said.other} rules={required}>
        <ResourceSelect label={said.other} except={resource.id} />
      </Form.Item>
    </FormDialog>
  );
}
