import { Form, Input, Select } from "antd";
import { useState } from "react";
import type {
  JsonObject,
  PlannedChange,
  PlanView,
  RelationKindView,
  ResourceView,
} from "../../api/contract";
import { useChange, useItems, useOne } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useText, useWords } from "../../kit/language";
import { filledOf } from "../../kit/SchemaForm";
import { AttributeFields } from "./AttributeFields";
import { PlaceFields } from "./PlaceFields";
import { useKinds } from "./useKinds";
import { ResourceSelect } from "./ResourceSelect";
import { words } from "./words";

export interface Planned {
  do: "create" | "change" | "retire" | "relate";
  kind?: string;
  name?: string;
  description?: string;
  attributes?: JsonObject;
  resource?: string;
  from?: string;
  to?: string;
  relation?: string;
  unit_id?: string | null;
  region_id?: string | null;
  life_cycle?: string;
  tags?: string[];
}

/** The form's values as a change of a plan. */
export function changeOf(form: Planned): PlannedChange {
  // The description of the interface says no more of attributes than that they are an object.
  const attributes: Record<string, never> = JSON.parse(
    JSON.stringify(filledOf(form.attributes ?? {})),
  );
  const place = {
    ...(form.description ? { description: form.description } : {}),
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    ...(form.unit_id ? { unit_id: form.unit_id } : {}),
    ...(form.region_id ? { region_id: form.region_id } : {}),
    ...(form.life_cycle ? { life_cycle: form.life_cycle } : {}),
  };
  switch (form.do) {
    case "create":
      return {
        do: "create",
        resource: { kind: form.kind ?? "", name: form.name ?? "", tags: form.tags ?? [], ...place },
      };
    case "change":
      return {
        do: "change",
        resource: form.resource ?? "",
        edit: { ...place, ...(form.name ? { name: form.name } : {}), tags_added: form.tags ?? [] },
      };
    case "retire":
      return { do: "retire", resource: form.resource ?? "" };
    default:
      return {
        do: "relate",
        from: form.from ?? "",
        to: form.to ?? "",
        relation: form.relation ?? "",
      };
  }
}

function Fields(props: { form: Planned }) {
  const { form } = props;
  const said = useWords(words);
  const textOf = useText();
  const kinds = useKinds();
  const relations = useItems<RelationKindView>("/relation-kinds");
  const changed = useOne<ResourceView>(
    form.do === "change" && form.resource ? `/resources/${form.resource}` : null,
  );
  const kind = (form.do === "change" ? changed.value?.kind : form.kind) ?? "";
  const required = [{ required: true, message: said.required }];
  if (form.do === "relate") {
    return (
      <>
        <Form.Item name="from" label={said.plan_from} rules={required}>
          <ResourceSelect label={said.plan_from} />
        </Form.Item>
        <Form.Item name="relation" label={said.relation} rules={required}>
          <Select
            options={relations.items.map((one) => ({
              value: one.name,
              label: textOf(one.forward),
            }))}
          />
        </Form.Item>
        <Form.Item name="to" label={said.plan_to} rules={required}>
          <ResourceSelect label={said.plan_to} />
        </Form.Item>
      </>
    );
  }
  return (
    <>
      {form.do === "create" ? (
        <Form.Item name="kind" label={said.kind} rules={required}>
          <Select
            options={kinds.items.map((one) => ({ value: one.name, label: kinds.titleOf(one.name) }))}
          />
        </Form.Item>
      ) : (
        <Form.Item name="resource" label={said.resource} rules={required}>
          <ResourceSelect label={said.resource} />
        </Form.Item>
      )}
      {form.do === "retire" ? null : (
        <>
          <Form.Item
            name="name"
            label={form.do === "create" ? said.name : said.plan_new_name}
            rules={form.do === "create" ? required : []}
          >
            <Input maxLength={200} />
          </Form.Item>
          <Form.Item name="description" label={said.description}>
            <Input.TextArea rows={2} maxLength={4000} />
          </Form.Item>
          <PlaceFields kind={kind} />
          <AttributeFields attributes={kinds.find(kind)?.attributes ?? []} />
          {form.do === "change" ? <p className="kit-quiet">{said.plan_stays}</p> : null}
        </>
      )}
    </>
  );
}

/** Adds one change to a plan. */
export function PlannedDialog(props: { plan: PlanView; onClose: () => void }) {
  const { plan, onClose } = props;
  const said = useWords(words);
  const [form, setForm] = useState<Planned>({ do: "change" });
  const save = useChange<PlanView, Planned>(
    (values) => ({
      method: "PUT",
      path: `/plans/${plan.id}`,
      version: plan.version,
      body: {
        title: plan.title,
        description: plan.description,
        changes: [...plan.changes, changeOf(values)],
      },
    }),
    { onDone: onClose },
  );
  return (
    <FormDialog<Planned>
      open
      width={640}
      title={said.plan_add}
      submit={save}
      initial={form}
      onValues={setForm}
      onClose={onClose}
    >
      <Form.Item name="do" label={said.plan_what}>
        <Select
          options={[
            { value: "create", label: said.step_create },
            { value: "change", label: said.step_change },
            { value: "retire", label: said.retire },
            { value: "relate", label: said.add_relation },
          ]}
        />
      </Form.Item>
      <Fields form={form} />
    </FormDialog>
  );
}
