import { Button, Form, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import type { ChainBody, ChainView, RosterView, Target } from "../../../api/contract";
import { useAll, useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { UnitSelect } from "../../../platform/directory/PlaceSelect";
import { PersonSelect, PostSelect } from "../../../platform/directory/people/PostSelect";
import { words } from "./words";

interface StepValues {
  duty: string[];
  person?: string;
  post?: string;
  wait_minutes: number;
}

interface Values {
  name: string;
  unit_id: string;
  steps: StepValues[];
  repeats: number;
  then_chain?: string;
}

const SEPARATOR = "/";

function keyOf(target: Target): string | null {
  if (target.kind === "team") return target.roster_id;
  if (target.kind === "position") return `${target.roster_id}${SEPARATOR}${target.position}`;
  return null;
}

function targetOf(key: string): Target {
  const [roster_id = "", position] = key.split(SEPARATOR);
  return position ? { kind: "position", roster_id, position } : { kind: "team", roster_id };
}

function valuesOf(chain: ChainBody): Values {
  return {
    name: chain.name,
    unit_id: chain.unit_id,
    repeats: chain.repeats ?? 0,
    ...(chain.then_chain ? { then_chain: chain.then_chain } : {}),
    steps: chain.steps.map((step) => {
      const person = step.targets.find((one) => one.kind === "person");
      const post = step.targets.find((one) => one.kind === "post");
      return {
        duty: step.targets.map(keyOf).filter((key) => key !== null),
        wait_minutes: step.wait_minutes,
        ...(person ? { person: person.person_id } : {}),
        ...(post ? { post: post.post_id } : {}),
      };
    }),
  };
}

function targetsOf(step: StepValues): Target[] {
  const targets = (step.duty ?? []).map(targetOf);
  if (step.person) targets.push({ kind: "person", person_id: step.person });
  if (step.post) targets.push({ kind: "post", post_id: step.post });
  return targets;
}

function bodyOf(values: Values): ChainBody {
  return {
    name: values.name,
    unit_id: values.unit_id,
    repeats: values.repeats ?? 0,
    then_chain: values.then_chain || null,
    steps: (values.steps ?? []).map((step) => ({
      targets: targetsOf(step),
      wait_minutes: step.wait_minutes,
    })),
  };
}

function StepFields(props: { duty: { value: string; label: string }[] }) {
  const said = useWords(words);
  return (
    <Form.List name="steps">
      {(fields, { add, remove }) => (
        <>
          {fields.map((field, at) => (
            <fieldset key={field.key} className="duty-part">
              <legend>{fill(said.step, { n: at + 1 })}</legend>
              <div className="duty-columns">
                <Form.Item name={[field.name, "duty"]} label={said.targets}>
                  <Select mode="multiple" options={props.duty} />
                </Form.Item>
                <Form.Item name={[field.name, "person"]} label={said.target_person}>
                  <PersonSelect label={said.target_person} clearable />
                </Form.Item>
                <Form.Item name={[field.name, "post"]} label={said.target_post}>
                  <PostSelect label={said.target_post} clearable />
                </Form.Item>
                <Form.Item name={[field.name, "wait_minutes"]} label={said.wait}>
                  <InputNumber min={1} max={9000} className="kit-wide" />
                </Form.Item>
              </div>
              <Button onClick={() => remove(field.name)}>{said.remove}</Button>
            </fieldset>
          ))}
          <Button onClick={() => add({ duty: [], wait_minutes: 10 })}>{said.step_add}</Button>
        </>
      )}
    </Form.List>
  );
}

/** Makes or changes a chain; a changed one has to be simulated again. */
export function ChainDialog(props: {
  chain: ChainView | null;
  chains: ChainView[];
  onClose: () => void;
}) {
  const { chain, chains, onClose } = props;
  const said = useWords(words);
  const rosters = useAll<RosterView>("/duty/rosters");
  const [initial] = useState<Partial<Values>>(() =>
    chain ? valuesOf(chain.chain) : { repeats: 0, steps: [{ duty: [], wait_minutes: 10 }] },
  );
  const save = useChange<ChainView, Values>(
    (values) => ({
      method: chain ? "PUT" : "POST",
      path: chain ? `/duty/chains/${chain.id}` : "/duty/chains",
      body: bodyOf(values),
      ...(chain ? { version: chain.version } : {}),
    }),
    { touches: ["journal"], onDone: onClose },
  );
  const required = [{ required: true, message: said.required }];
  const duty = rosters.items.flatMap(({ id, roster }) => [
    { value: id, label: fill(said.target_team, { roster: roster.name }) },
    ...roster.positions.map((position) => ({
      value: `${id}${SEPARATOR}${position.key}`,
      label: fill(said.target_position, { roster: roster.name, position: position.name }),
    })),
  ]);
  const others = chains.filter((one) => one.id !== chain?.id);
  const title = chain ? fill(said.edit_chain, { name: chain.chain.name }) : said.new_chain;
  return (
    <FormDialog<Values>
      open
      title={title}
      submit={save}
      width={760}
      initial={initial}
      onClose={onClose}
    >
      <div className="duty-columns">
        <Form.Item name="name" label={said.name} rules={required}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="unit_id" label={said.unit} rules={required}>
          <UnitSelect label={said.unit} />
        </Form.Item>
        <Form.Item name="repeats" label={said.repeats}>
          <InputNumber min={0} max={10} className="kit-wide" />
        </Form.Item>
        <Form.Item name="then_chain" label={said.then_chain}>
          <Select
            allowClear
            placeholder={said.then_none}
            options={others.map((one) => ({ value: one.id, label: one.chain.name }))}
          />
        </Form.Item>
      </div>
      <StepFields duty={duty} />
    </FormDialog>
  );
}
