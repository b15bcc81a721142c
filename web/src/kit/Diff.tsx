import type { ReactNode } from "react";
import type { Json, JsonObject } from "../api/contract";
import { differencesOf } from "./difference";
import { useWords } from "./language";
import { words } from "./words";

export interface DiffProps {
  before: JsonObject | null;
  after: JsonObject | null;
  /** What a field is called, by its dotted path. */
  termOf: (path: string) => string;
  /** A value for people. */
  shown: (path: string, value: Json, side: "before" | "after") => ReactNode;
}

function empty(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || value === "";
}

/** What changed, field by field: before and after; what was never filled in has no line. */
export function Diff(props: DiffProps) {
  const { termOf, shown } = props;
  const said = useWords(words);
  const differences = differencesOf(props.before, props.after);
  const changes = differences.filter((one) => !empty(one.before) || !empty(one.after));
  if (changes.length === 0) return <p className="kit-quiet">{said.unchanged}</p>;
  return (
    <div className="kit-scroll">
      <table className="kit-diff">
        <thead>
          <tr>
            <th scope="col">{said.field}</th>
            {props.before ? <th scope="col">{said.before}</th> : null}
            {props.after ? <th scope="col">{said.after}</th> : null}
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={change.path}>
              <th scope="row">{termOf(change.path)}</th>
              {props.before ? (
                <td>
                  {change.before === undefined ? null : (
                    <del>{shown(change.path, change.before, "before")}</del>
                  )}
                </td>
              ) : null}
              {props.after ? (
                <td>
                  {change.after === undefined ? null : (
                    <ins>{shown(change.path, change.after, "after")}</ins>
                  )}
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
