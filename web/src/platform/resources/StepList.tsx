import { Table } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ChangeStepView, Json } from "../../api/contract";
import { useText, useWords } from "../../kit/language";
import type { Said } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import type { Tone } from "../../kit/StateTag";
import { paths } from "../../paths";
import { FieldValue } from "../fields/FieldValue";
import { useTerm } from "../fields/useTerm";
import { words } from "./words";

const PAGE = 20;

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
  const term = useTerm("resource");
  return (
    <ul className="resource-differences">
      {props.fields.map((one) => (
        <li key={one.field}>
          <strong>{term(one.field)}</strong>{" "}
          <del>
            <FieldValue field={one.field} value={one.before} about="resource" />
          </del>{" "}
          →{" "}
          <ins>
            <FieldValue field={one.field} value={one.after} about="resource" />
          </ins>
        </li>
      ))}
    </ul>
  );
}

/** What becomes of each change of a bulk edit or a plan, those refused first. */
export function StepList(props: {
  steps: ChangeStepView[];
  label: string;
  /** What a step is about, where it can be said better than the server does. */
  about?: (at: number) => ReactNode;
}) {
  const said = useWords(words);
  const textOf = useText();
  return (
    <Table
      aria-label={props.label}
      size="small"
      pagination={{ pageSize: PAGE, hideOnSinglePage: true }}
      rowKey={({ at }) => at}
      dataSource={props.steps.map((step, at) => ({ step, at }))}
      columns={[
        {
          title: said.step_about,
          render: (_, { step, at }) =>
            props.about?.(at) ??
            (step.resource ? (
              <Link to={paths.resource(step.resource)}>{step.about}</Link>
            ) : (
              step.about
            )),
        },
        {
          title: said.step_outcome,
          render: (_, { step }) => (
            <StateTag state={toneOf(step.outcome)} text={outcomeOf(said, step.outcome)} />
          ),
        },
        {
          title: said.step_differences,
          render: (_, { step }) =>
            step.refused ? textOf(step.refused.text) : <Differences fields={step.differences} />,
        },
      ]}
    />
  );
}
