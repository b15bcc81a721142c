import type { Json } from "../../api/contract";
import { useWords } from "../../kit/language";
import { FieldValue } from "../fields/FieldValue";
import { useTerm } from "../fields/useTerm";
import { words } from "./words";

export interface BecomesProps {
  fields: { field: string; before: Json; after: Json }[];
  before_hidden: boolean;
  after_hidden: boolean;
  /** The kind of thing that changes. */
  about: string;
}

/** What changes, field by field; a side that is out of sight is said to be so. */
export function Becomes(props: BecomesProps) {
  const { fields, before_hidden, after_hidden, about } = props;
  const said = useWords(words);
  const term = useTerm(about);
  const shown = (field: string, value: Json) => (
    <FieldValue field={field} value={value} about={about} />
  );
  const hidden = <span className="kit-quiet">{said.hidden}</span>;
  return (
    <ul className="resource-differences">
      {fields.map((one) => (
        <li key={one.field}>
          <strong>{term(one.field)}</strong>{" "}
          {before_hidden ? hidden : <del>{shown(one.field, one.before)}</del>} →{" "}
          {after_hidden ? hidden : <ins>{shown(one.field, one.after)}</ins>}
        </li>
      ))}
    </ul>
  );
}
