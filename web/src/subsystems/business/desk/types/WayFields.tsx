import { Form, Input, Select, Switch } from "antd";
import type { TicketTransitionView } from "../../../../api/contract";
import { useText, useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { FoldedList } from "./FoldedList";
import { calledOf, EFFECTS, NEEDS, NEW_WAY } from "./typeForm";
import { NameFields } from "./NameFields";
import { words } from "./words";

interface Choice {
  value: string;
  label: string;
}

function Way(props: { at: number; choices: Choice[] }) {
  const { at, choices } = props;
  const said = useWords(words);
  return (
    <div className="desk-fields">
      <Form.Item name={[at, "key"]} label={said.key}>
        <Input spellCheck={false} maxLength={40} />
      </Form.Item>
      <Form.Item name={[at, "right"]} label={said.right}>
        <Select
          options={(["work", "assign"] as const).map((value) => ({
            value,
            label: said[`right_${value}`],
          }))}
        />
      </Form.Item>
      <NameFields at={at} />
      <Form.Item name={[at, "from"]} label={said.from}>
        <Select mode="multiple" options={choices} />
      </Form.Item>
      <Form.Item name={[at, "to"]} label={said.to}>
        <Select options={choices} />
      </Form.Item>
      <Form.Item name={[at, "effect"]} label={said.effect}>
        <Select options={EFFECTS.map((value) => ({ value, label: said[`effect_${value}`] }))} />
      </Form.Item>
      <Form.Item name={[at, "needs"]} label={said.needs}>
        <Select
          mode="multiple"
          options={NEEDS.map((value) => ({ value, label: said[`need_${value}`] }))}
        />
      </Form.Item>
      <Form.Item name={[at, "by_another"]} label={said.by_another} valuePropName="checked">
        <Switch />
      </Form.Item>
    </div>
  );
}

/** The ways from state to state. `choices`: the states; `ways`: as they stand in the form. */
export function WayFields(props: {
  ways: TicketTransitionView[];
  choices: Choice[];
  faulty: Set<number>;
}) {
  const { ways, choices, faulty } = props;
  const said = useWords(words);
  const text = useText();
  const nameOf = (at: number) => calledOf(ways[at], text, at);
  const stateOf = (key: string) => choices.find((one) => one.value === key)?.label ?? key;
  const lineOf = (at: number) =>
    fill(said.way_line, {
      name: nameOf(at),
      from: (ways[at]?.from ?? []).map(stateOf).join(", "),
      to: stateOf(ways[at]?.to ?? ""),
    });
  return (
    <fieldset className="kit-fieldset">
      <legend>{said.ways}</legend>
      <FoldedList
        name="transitions"
        addText={said.add_way}
        fresh={NEW_WAY}
        nameOf={nameOf}
        lineOf={lineOf}
        faulty={faulty}
      >
        {(at) => <Way at={at} choices={choices} />}
      </FoldedList>
    </fieldset>
  );
}
