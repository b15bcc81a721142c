import { Alert, Form, Input, Radio, Select } from "antd";
import { useText, useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { PersonSelect, PostSelect } from "../../../../platform/directory/people/PostSelect";
import { UnitSelect } from "../../../../platform/directory/PlaceSelect";
import { words as deskWords } from "../words";
import { needsOf } from "./bulk";
import type { BulkKind, BulkValues, CommonWay } from "./bulk";
import { words } from "./words";

const LEVELS = ["high", "medium", "low"] as const;

function AssignFields(props: { values: BulkValues }) {
  const { to } = props.values;
  const desk = useWords(deskWords);
  const required = [{ required: true, message: desk.required }];
  return (
    <>
      <Form.Item name="to" label={desk.assign_to}>
        <Radio.Group
          aria-label={desk.assign_to}
          options={(["person", "post", "nobody"] as const).map((value) => ({
            value,
            label: desk[`assign_${value}`],
          }))}
        />
      </Form.Item>
      {to === "person" ? (
        <Form.Item name="person_id" label={desk.assign_person} rules={required}>
          <PersonSelect label={desk.assign_person} />
        </Form.Item>
      ) : null}
      {to === "post" ? (
        <Form.Item name="post_id" label={desk.assign_post} rules={required}>
          <PostSelect label={desk.assign_post} />
        </Form.Item>
      ) : null}
    </>
  );
}

function MoveFields(props: { ways: CommonWay[]; all: number; way: CommonWay | undefined }) {
  const { ways, all, way } = props;
  const said = useWords(words);
  const desk = useWords(deskWords);
  const text = useText();
  const needs = needsOf(way);
  const required = [{ required: true, message: desk.required }];
  if (ways.length === 0) return <Alert type="warning" showIcon title={said.no_way} />;
  const nameOf = (one: CommonWay) => [...new Set(one.ways.map((it) => text(it.name)))].join(" / ");
  return (
    <>
      <Form.Item name="transition" label={said.way} rules={required}>
        <Select
          options={ways.map((one) => ({
            value: one.key,
            label: fill(said.way_of, { name: nameOf(one), n: one.tickets.size, all }),
          }))}
        />
      </Form.Item>
      {needs.unit ? (
        <Form.Item name="unit_id" label={desk.to_unit} rules={required}>
          <UnitSelect label={desk.to_unit} />
        </Form.Item>
      ) : null}
      {needs.unit || needs.person ? (
        <Form.Item name="person_id" label={desk.to_person} rules={needs.person ? required : []}>
          <PersonSelect label={desk.to_person} clearable />
        </Form.Item>
      ) : null}
      {way ? (
        <Form.Item
          name="text"
          label={needs.answers ? desk.answer : desk.reason}
          rules={needs.text ? required : []}
        >
          <Input.TextArea rows={4} maxLength={10_000} />
        </Form.Item>
      ) : null}
    </>
  );
}

function PriorityFields() {
  const desk = useWords(deskWords);
  const levels = LEVELS.map((value) => ({ value, label: desk[value] }));
  return (["impact", "urgency"] as const).map((name) => (
    <Form.Item
      key={name}
      name={name}
      label={desk[name]}
      rules={[{ required: true, message: desk.required }]}
    >
      <Radio.Group aria-label={desk[name]} options={levels} />
    </Form.Item>
  ));
}

/** What is asked for to change several tickets. */
export function BulkFields(props: {
  kind: BulkKind;
  values: BulkValues;
  ways: CommonWay[];
  /** The way that is chosen. */
  way: CommonWay | undefined;
  all: number;
}) {
  switch (props.kind) {
    case "assign":
      return <AssignFields values={props.values} />;
    case "move":
      return <MoveFields ways={props.ways} all={props.all} way={props.way} />;
    case "priority":
      return <PriorityFields />;
  }
}
