import { PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Form, Input, Select } from "antd";
import type { TicketStateView } from "../../../../api/contract";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { RowButtons } from "./RowButtons";
import { NEW_STATE, PHASES } from "./typeForm";
import { words } from "./words";
import "./types.css";

interface Choice {
  value: string;
  label: string;
}

function StateRow(props: { at: number }) {
  const { at } = props;
  const said = useWords(words);
  const row = fill(said.state_n, { n: at + 1 });
  const named = (what: string) => ({ "aria-label": `${row} · ${what}`, placeholder: what });
  return (
    <>
      <Form.Item name={[at, "key"]}>
        <Input {...named(said.key)} spellCheck={false} maxLength={40} />
      </Form.Item>
      <Form.Item name={[at, "name", "en"]}>
        <Input {...named(said.name_en)} maxLength={100} />
      </Form.Item>
      <Form.Item name={[at, "name", "zh"]}>
        <Input {...named(said.name_zh)} maxLength={100} />
      </Form.Item>
      <Form.Item name={[at, "phase"]}>
        <Select
          {...named(said.phase)}
          options={PHASES.map((value) => ({ value, label: said[`phase_${value}`] }))}
        />
      </Form.Item>
    </>
  );
}

/** Whether a ticket waits in that state for whoever asks. */
function Waits(props: { at: number }) {
  const { at } = props;
  const said = useWords(words);
  const row = fill(said.state_n, { n: at + 1 });
  return (
    <Form.Item
      name={[at, "waits_for_requester"]}
      valuePropName="checked"
      className="desk-state-waits"
    >
      <Checkbox aria-label={`${row} · ${said.waits}`}>{said.waits}</Checkbox>
    </Form.Item>
  );
}

/**
 * The states of a kind of ticket, in the order in which they are shown. `states`: as they stand in
 * the form; `choices`: what they are called.
 */
export function StateFields(props: { states: TicketStateView[]; choices: Choice[] }) {
  const said = useWords(words);
  return (
    <fieldset className="kit-fieldset">
      <legend>{said.states}</legend>
      <p className="kit-quiet">{said.phase_about}</p>
      <Form.List name="states">
        {(entries, { add, remove, move }, { errors }) => (
          <>
            <div className="desk-state desk-state-head kit-quiet" aria-hidden>
              {[said.key, said.name_en, said.name_zh, said.phase].map((name) => (
                <span key={name}>{name}</span>
              ))}
            </div>
            {entries.map((entry, at) => (
              <div key={entry.key} className="desk-state">
                <StateRow at={entry.name} />
                <RowButtons
                  name={fill(said.state_n, { n: at + 1 })}
                  at={at}
                  count={entries.length}
                  onMove={move}
                  onRemove={remove}
                />
                {props.states[entry.name]?.phase === "paused" ? <Waits at={entry.name} /> : null}
              </div>
            ))}
            <Form.ErrorList errors={errors} />
            <Button icon={<PlusOutlined />} onClick={() => add(NEW_STATE)}>
              {said.add_state}
            </Button>
          </>
        )}
      </Form.List>
      <Form.Item name="first" label={said.first} className="desk-first">
        <Select options={props.choices} />
      </Form.Item>
    </fieldset>
  );
}
