import { EditOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { ask } from "../../api/client";
import type { JsonObject, ResourceView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import type { One } from "../../api/hooks";
import type { Problem } from "../../api/problem";
import { DayInput } from "../../kit/DayInput";
import { startOf } from "../../kit/days";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { useCan } from "../../shell/can";
import { changedAttributes, plainAttributes } from "./attributes";
import { AttributeFields } from "./AttributeFields";
import { useKinds } from "./useKinds";
import { PlaceFields } from "./PlaceFields";
import { words } from "./words";

interface EditValues {
  name: string;
  description: string;
  unit_id?: string | null;
  region_id?: string | null;
  life_cycle?: string | null;
  tags?: string[];
  attributes?: JsonObject;
  /** The day from which on it is so; now when none is chosen. */
  effective_at?: string;
}

/** The life cycle is named only when it changes: staying where one is is no step. */
function placeOf<V extends { life_cycle?: string | null }>(values: V, was: ResourceView) {
  const { life_cycle, ...rest } = values;
  return life_cycle && life_cycle !== was.life_cycle ? { ...rest, life_cycle } : rest;
}

/** The form over a resource; a version that went stale keeps what was typed. */
function EditDialog(props: { resource: One<ResourceView>; was: ResourceView; onClose: () => void }) {
  const { resource, was, onClose } = props;
  const said = useWords(words);
  const kinds = useKinds();
  const [version, setVersion] = useState(was.version);
  const newest = resource.value ?? was;
  const known = kinds.find(was.kind)?.attributes ?? [];
  const names = known.map((one) => one.name);
  const save = useChange<ResourceView, EditValues>(
    ({ attributes, effective_at, ...rest }) => {
      const from = startOf(effective_at);
      const changed = changedAttributes(was.attributes, attributes ?? {}, names);
      const body = { ...placeOf(rest, was), attributes: changed, ...(from ? { effective_at: from } : {}) };
      return { method: "PATCH", path: `/resources/${was.id}`, version, body };
    },
    { onDone: onClose },
  );
  const stale = save.error?.status === 412 || newest.version > version;
  const take = useMutation<ResourceView, Problem>({
    mutationFn: () => ask<ResourceView>({ method: "GET", path: `/resources/${was.id}` }),
    onSuccess: (fresh) => {
      save.reset();
      setVersion(fresh.version);
      resource.reload();
    },
  });
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<EditValues>
      open
      title={fill(said.edit_title, { name: was.name })}
      submit={save}
      width={640}
      initial={{
        name: was.name,
        description: was.description,
        unit_id: was.unit_id,
        region_id: was.region_id,
        life_cycle: was.life_cycle,
        tags: was.tags,
        attributes: plainAttributes(was.attributes, names),
      }}
      onClose={onClose}
    >
      {stale ? (
        <Alert
          type="warning"
          showIcon
          className="kit-error"
          title={said.stale}
          description={said.stale_about}
          action={<Button onClick={() => take.mutate()}>{said.take_newest}</Button>}
        />
      ) : null}
      <Form.Item name="name" label={said.name} rules={required}>
        <Input maxLength={200} spellCheck={false} />
      </Form.Item>
      <Form.Item name="description" label={said.description}>
        <Input.TextArea rows={2} />
      </Form.Item>
      <PlaceFields kind={was.kind} />
      <AttributeFields attributes={known} />
      <Form.Item name="effective_at" label={said.effective_at} extra={said.effective_at_about}>
        <DayInput />
      </Form.Item>
    </FormDialog>
  );
}

/** Changes name, description and attributes of a resource. */
export function EditResource(props: { resource: One<ResourceView> }) {
  const said = useWords(words);
  const refusal = useCan()("resource.change");
  const [was, setWas] = useState<ResourceView | null>(null);
  const { value } = props.resource;
  return (
    <>
      <Permitted refusal={refusal}>
        <Button
          icon={<EditOutlined />}
          disabled={refusal !== null || !value || value.retired}
          onClick={() => setWas(value ?? null)}
        >
          {said.edit}
        </Button>
      </Permitted>
      {was ? (
        <EditDialog resource={props.resource} was={was} onClose={() => setWas(null)} />
      ) : null}
    </>
  );
}
