import { Table } from "antd";
import { Link } from "react-router";
import type { ChangeStepView, Json } from "../../api/contract";
import { useText, useWords } from "../../kit/language";
import type { Said } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import type { Tone } from "../../kit/StateTag";
import { paths } from "../../paths";
import { words } from "./words";

const PAGE = 20;

function shown(value: Json): string {
  if (value === null) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function toneOf(outcome: string): Tone {
  if (outcome === "refuse") return "failed";
  return outcome === "nothing" ? "disabled" : "ok";
}

function outcomeOf(said: Said<typeof words>, outcome: string): string {
  const known: Record<string, string> = {
    create: said.step_create,
    change: said.step_change,
    nothing: said.step_nothing,
    relation: said.step_relation,
    refuse: said.step_refuse,
  };
  return known[outcome] ?? outcome;
}

/** The fields that differ: name, what was, what is. */
export function Differences(props: { fields: { field: string; before: Json; after: Json }[] }) {
  return (
    <ul className="resource-differences">
      {props.fields.map((one) => (
        <li key={one.field}>
          <code>{one.field}</code> <del>{shown(one.before)}</del> → <ins>{shown(one.after)}</ins>
        </li>
      ))}
    </ul>
  );
}

/** What becomes of each change of a bulk edit or a plan, those refused first. */
export function StepList(props: { steps: ChangeStepView[]; label: string }) {
  const said = useWords(words);
  const textOf = useText();
  return (
    <Table
      aria-label={props.label}
      size="small"
      pagination={{ pageSize: PAGE, hideOnSinglePage: true }}
      rowKey={(step, index) => `${step.about} ${index}`}
      dataSource={props.steps}
      columns={[
        {
          title: said.step_about,
          render: (_, step) =>
            step.resource ? (
              <Link to={paths.resource(step.resource)}>{step.about}</Link>
            ) : (
              step.about
            ),
        },
        {
          title: said.step_outcome,
          render: (_, step) => (
            <StateTag state={toneOf(step.outcome)} text={outcomeOf(said, step.outcome)} />
          ),
        },
        {
          title: said.step_differences,
          render: (_, step) =>
            step.refused ? textOf(step.refused.text) : <Differences fields={step.differences} />,
        },
      ]}
    />
  );
}
