import { Alert, Button, Form, Input, Select, Switch } from "antd";
import { useState } from "react";
import type { BulkPreviewView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { RegionSelect, UnitSelect } from "../directory/PlaceSelect";
import { targetOf } from "./listed";
import type { Listed } from "./listed";
import { StepList } from "./StepList";
import { words } from "./words";

interface BulkForm {
  unit_id?: string | null;
  region_id?: string | null;
  life_cycle?: string;
  tags_added?: string[];
  tags_removed?: string[];
  attribute?: string;
  value?: string;
  retire?: boolean;
  leave_out_refused?: boolean;
}

/** What the form says, as the server wants it: only what was filled in. */
function bulkOf(listed: Listed, form: BulkForm) {
  const edit = {
    ...(form.unit_id ? { unit_id: form.unit_id } : {}),
    ...(form.region_id ? { region_id: form.region_id } : {}),
    ...(form.life_cycle ? { life_cycle: form.life_cycle } : {}),
    ...(form.tags_added?.length ? { tags_added: form.tags_added } : {}),
    ...(form.tags_removed?.length ? { tags_removed: form.tags_removed } : {}),
    ...(form.attribute ? { attributes: { [form.attribute]: form.value || null } } : {}),
  };
  return { ...targetOf(listed), edit, retire: form.retire ?? false };
}

function Fields() {
  const said = useWords(words);
  return (
    <>
      <Form.Item name="unit_id" label={said.unit}>
        <UnitSelect label={said.unit} />
      </Form.Item>
      <Form.Item name="region_id" label={said.region}>
        <RegionSelect label={said.region} />
      </Form.Item>
      <Form.Item name="life_cycle" label={said.life_cycle} extra={said.life_cycle_about}>
        <Input placeholder="in-use" autoComplete="off" />
      </Form.Item>
      <Form.Item name="tags_added" label={said.tags_added}>
        <Select mode="tags" open={false} tokenSeparators={[","]} />
      </Form.Item>
      <Form.Item name="tags_removed" label={said.tags_removed}>
        <Select mode="tags" open={false} tokenSeparators={[","]} />
      </Form.Item>
      <Form.Item name="attribute" label={said.bulk_attribute} extra={said.bulk_attribute_about}>
        <Input autoComplete="off" spellCheck={false} />
      </Form.Item>
      <Form.Item name="value" label={said.bulk_value}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="retire" label={said.retire} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item name="leave_out_refused" label={said.bulk_leave_out} valuePropName="checked">
        <Switch />
      </Form.Item>
    </>
  );
}

/** Changes many resources at once: first what it would do, then exactly that. */
export function BulkDialog(props: { listed: Listed; onClose: () => void }) {
  const { listed, onClose } = props;
  const said = useWords(words);
  const [form] = Form.useForm<BulkForm>();
  const [seen, setSeen] = useState<BulkPreviewView | null>(null);
  const preview = useChange<BulkPreviewView, BulkForm>(
    (values) => ({
      method: "POST",
      path: "/resources/bulk/preview",
      body: bulkOf(listed, values),
    }),
    { onDone: setSeen },
  );
  const apply = useChange<BulkPreviewView, BulkForm>(
    (values) => ({
      method: "POST",
      path: "/resources/bulk",
      body: {
        bulk: bulkOf(listed, values),
        signature: seen?.signature ?? "",
        leave_out_refused: values.leave_out_refused ?? false,
      },
    }),
    { touches: ["journal"], onDone: onClose },
  );
  return (
    <FormDialog<BulkForm>
      open
      width={860}
      title={said.bulk_title}
      form={form}
      submit={seen ? apply : preview}
      submitText={seen ? said.bulk_apply : said.bulk_preview}
      onValues={() => setSeen(null)}
      onClose={onClose}
      extra={seen ? <Button onClick={() => setSeen(null)}>{said.bulk_back}</Button> : null}
    >
      <div hidden={seen !== null}>
        <Fields />
      </div>
      {seen ? (
        <>
          <Alert
            showIcon
            type={seen.refused > 0 ? "warning" : "info"}
            title={fill(said.bulk_would, {
              resources: seen.resources,
              changed: seen.changed,
              refused: seen.refused,
            })}
          />
          <StepList steps={seen.steps} label={said.bulk_title} />
        </>
      ) : null}
    </FormDialog>
  );
}
