import type { PlannedChange } from "../../api/contract";
import { useWords } from "../../kit/language";
import { ResourceName } from "../fields/ReferenceName";
import { useRelationWord } from "../fields/useRelationWord";
import { words } from "./words";

/** A planned change in a few words, as long as the server has not said what it would do. */
export function ChangeText(props: { change: PlannedChange }) {
  const { change } = props;
  const said = useWords(words);
  const relationOf = useRelationWord();
  switch (change.do) {
    case "create":
      return `${said.step_create}: ${change.resource.name}`;
    case "change":
      return (
        <>
          {said.step_change}: <ResourceName id={change.resource} />
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
      return said.plan_unrelate;
  }
}
