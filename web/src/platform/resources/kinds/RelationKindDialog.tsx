import { Form, Input, InputNumber, Select, Switch } from "antd";
import type { RelationKindView, Text } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { useKinds } from "../useKinds";
import { words } from "./words";

interface RelationKindForm {
  name: string;
  forward: Text;
  backward: Text;
  source_kinds?: string[];
  target_kinds?: string[];
  sources: string;
  targets: string;
  acyclic?: boolean;
  gives_place?: boolean;
  failure: string;
  on_retirement: string;
  weight?: number;
  retired?: boolean;
}

const EMPTY: Partial<RelationKindForm> = {
  sources: "n",
  targets: "n",
  failure: "to-source",
  on_retirement: "nothing",
  weight: 100,
};
const COUNTS = ["1", "0..1", "n"].map((value) => ({ value, label: value }));
const FAILURES = ["to-source", "to-target", "both", "none"] as const;
const RETIREMENTS = ["nothing", "refuse", "end", "retire"] as const;

/** The form keeps the version and what it does not edit out of the body. */
function bodyOf(form: RelationKindForm, was: RelationKindView | null) {
  const { name, ...rest } = form;
  return was ? rest : { name, ...rest };
}

/** One end of a relation: its wording and the kinds that may stand there. */
function End(props: { wording: "forward" | "backward"; kinds: "source_kinds" | "target_kinds" }) {
  const said = useWords(words);
  const kinds = useKinds();
  const required = [{ required: true, message: said.required }];
  const options = kinds.items.map((one) => ({ value: one.name, label: kinds.titleOf(one.name) }));
  return (
    <>
      <Form.Item
        name={[props.wording, "en"]}
        label={`${said[props.wording]} (English)`}
        rules={required}
      >
        <Input />
      </Form.Item>
      <Form.Item
        name={[props.wording, "zh"]}
        label={`${said[props.wording]}（中文）`}
        rules={required}
      >
        <Input />
      </Form.Item>
      <Form.Item name={props.kinds} label={said[props.kinds]}>
        <Select mode="multiple" allowClear options={options} />
      </Form.Item>
    </>
  );
}

/** A kind of relation: how it reads both ways, who may stand at its ends, what it carries. */
export function RelationKindDialog(props: { kind: RelationKindView | null; onClose: () => void }) {
  const { kind, onClose } = props;
  const said = useWords(words);
  const save = useChange<RelationKindView, RelationKindForm>(
    (values) => ({
      method: kind ? "PUT" : "POST",
      path: kind ? `/relation-kinds/${encodeURIComponent(kind.name)}` : "/relation-kinds",
      ...(kind ? { version: kind.version } : {}),
      body: bodyOf(values, kind),
    }),
    { touches: ["resources", "journal"], onDone: onClose },
  );
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<RelationKindForm>
      open
      width={760}
      title={kind ? fill(said.relation_kind_edit, { name: kind.name }) : said.relation_kind_new}
      initial={kind ?? EMPTY}
      submit={save}
      onClose={onClose}
    >
      <div className="resource-fields">
        <Form.Item name="name" label={said.kind_name} rules={required}>
          <Input disabled={kind !== null} spellCheck={false} placeholder="backs-up" />
        </Form.Item>
        <Form.Item name="weight" label={said.weight}>
          <InputNumber min={0} max={100} suffix="%" className="kit-wide" />
        </Form.Item>
        <End wording="forward" kinds="source_kinds" />
        <End wording="backward" kinds="target_kinds" />
        <Form.Item name="sources" label={said.sources}>
          <Select options={COUNTS} />
        </Form.Item>
        <Form.Item name="targets" label={said.targets}>
          <Select options={COUNTS} />
        </Form.Item>
        <Form.Item name="failure" label={said.failure}>
          <Select
            options={FAILURES.map((value) => ({ value, label: said[`failure_${value}`] }))}
          />
        </Form.Item>
        <Form.Item name="on_retirement" label={said.on_retirement}>
          <Select
            options={RETIREMENTS.map((value) => ({ value, label: said[`retirement_${value}`] }))}
          />
        </Form.Item>
        <Form.Item name="acyclic" label={said.acyclic} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name="gives_place" label={said.gives_place} valuePropName="checked">
          <Switch />
        </Form.Item>
      </div>
    </FormDialog>
  );
}
