import { PlusOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input, Select, Switch } from "antd";
import type { KindView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { AttributeEditor } from "./AttributeEditor";
import { bodyOf, formOf } from "./kindForm";
import type { KindForm } from "./kindForm";
import { useKinds } from "../useKinds";
import { words } from "./words";

interface KindPreview {
  resources: number;
  migrated: number;
  broken: number;
  shown: { id: string; name: string }[];
}

const EMPTY: KindForm = { name: "", title: { en: "", zh: "" }, icon: "box", attributes: [] };

function Preview(props: { preview: KindPreview | undefined }) {
  const said = useWords(words);
  const { preview } = props;
  if (!preview) return null;
  const { resources, broken, migrated, shown } = preview;
  return (
    <Alert
      showIcon
      type={broken > 0 ? "error" : "info"}
      title={fill(said.kind_preview_would, { resources, broken, migrated })}
      description={shown.map((one) => one.name).join(", ")}
    />
  );
}

/** A kind and its attributes. What a change would break is said before it is made. */
export function KindDialog(props: { kind: KindView | null; onClose: () => void }) {
  const { kind, onClose } = props;
  const said = useWords(words);
  const kinds = useKinds();
  const [form] = Form.useForm<KindForm>();
  const save = useChange<KindView, KindForm>(
    (values) => ({
      method: kind ? "PUT" : "POST",
      path: kind ? `/kinds/${encodeURIComponent(kind.name)}` : "/kinds",
      ...(kind ? { version: kind.version } : {}),
      body: bodyOf(values, kind),
    }),
    { touches: ["resources", "journal"], onDone: onClose },
  );
  const preview = useChange<KindPreview, KindForm>((values) => ({
    method: "POST",
    path: `/kinds/${encodeURIComponent(kind?.name ?? "")}/preview`,
    version: kind?.version ?? 0,
    body: bodyOf(values, kind),
  }));
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<KindForm>
      open
      width={900}
      title={kind ? fill(said.kind_edit, { name: kind.name }) : said.kind_new}
      form={form}
      initial={kind ? formOf(kind) : EMPTY}
      submit={preview.error ? { ...save, error: preview.error } : save}
      onValues={() => preview.reset()}
      onClose={onClose}
      extra={
        kind ? (
          <Button
            loading={preview.isPending}
            onClick={() => preview.mutate(form.getFieldsValue(true))}
          >
            {said.kind_preview}
          </Button>
        ) : null
      }
    >
      <div className="resource-fields">
        <Form.Item name="name" label={said.kind_name} rules={required}>
          <Input disabled={kind !== null} spellCheck={false} placeholder="load-balancer" />
        </Form.Item>
        <Form.Item name="parent" label={said.kind_parent}>
          <Select
            allowClear
            options={kinds.items.map((one) => ({
              value: one.name,
              label: kinds.titleOf(one.name),
            }))}
          />
        </Form.Item>
        <Form.Item name={["title", "en"]} label={said.title_en} rules={required}>
          <Input />
        </Form.Item>
        <Form.Item name={["title", "zh"]} label={said.title_zh} rules={required}>
          <Input />
        </Form.Item>
        <Form.Item name="icon" label={said.kind_icon}>
          <Input spellCheck={false} />
        </Form.Item>
        <Form.Item name="retired" label={said.kind_retired} valuePropName="checked">
          <Switch />
        </Form.Item>
      </div>
      <h3>{said.attributes}</h3>
      <Form.List name="attributes">
        {(fields, { add, remove }) => (
          <>
            {fields.map((field) => (
              <AttributeEditor
                key={field.key}
                index={field.name}
                removable={kind?.attributes[field.name] === undefined}
                onRemove={() => remove(field.name)}
              />
            ))}
            <Button
              icon={<PlusOutlined />}
              onClick={() => add({ type: "string", title: { en: "", zh: "" } })}
            >
              {said.attribute_add}
            </Button>
          </>
        )}
      </Form.List>
      <Preview preview={preview.data} />
    </FormDialog>
  );
}
