import type { Json, PlannedChange } from "../../api/contract";
import { useWords } from "../../kit/language";
import { FieldValue } from "../fields/FieldValue";
import { ResourceName } from "../fields/ReferenceName";
import { useRelationWord } from "../fields/useRelationWord";
import { useTerm } from "../fields/useTerm";
import { words } from "./words";

/** The fields that a planned change names, each with what it shall be. */
export function plannedFields(edit: object): [string, Json][] {
  const { attributes = {}, ...rest }: Record<string, Json> = JSON.parse(JSON.stringify(edit));
  const own = Object.entries(attributes ?? {});
  const all: [string, Json][] = [
    ...Object.entries(rest),
    ...own.map(([name, value]): [string, Json] => [`attributes.${name}`, value]),
  ];
  // Tags that are neither added nor taken away are no change.
  return all.filter(([, value]) => !Array.isArray(value) || value.length > 0);
}

function Fields(props: { edit: object }) {
  const term = useTerm("resource");
  return plannedFields(props.edit).map(([field, value]) => (
    <div key={field} className="kit-quiet">
      {term(field)} → <FieldValue field={field} value={value} about="resource" />
    </div>
  ));
}

/** A planned change: what is done to what, and each field with what it shall be. */
export function ChangeText(props: {
  change: PlannedChange;
  /** What the server calls it, once it has said what would become of it. */
  name?: string | undefined;
}) {
  const { change, name } = props;
  const said = useWords(words);
  const relationOf = useRelationWord();
  switch (change.do) {
    case "create": {
      const { kind: _, name: called, ...rest } = change.resource;
      return (
        <>
          {said.step_create}: {called}
          <Fields edit={rest} />
        </>
      );
    }
    case "change":
      return (
        <>
          {said.step_change}: <ResourceName id={change.resource} />
          <Fields edit={change.edit} />
        </>
      );
    case "retire":
      return (
        <>
          {said.retire}: <ResourceName id={change.resource} />
        </>
      );
    case "relate":
      return (
        <>
          <ResourceName id={change.from} /> {relationOf(change.relation)}{" "}
          <ResourceName id={change.to} />
        </>
      );
    default:
      return name ? `${said.plan_unrelate}: ${name}` : said.plan_unrelate;
  }
}
