import type { Json, JsonObject } from "../api/contract";
import { differencesOf } from "./difference";
import { useWords } from "./language";
import { words } from "./words";

function written(value: Json | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" && value !== "" ? value : JSON.stringify(value);
}

/** What changed, field by field: before and after. */
export function Diff(props: { before: JsonObject | null; after: JsonObject | null }) {
  const said = useWords(words);
  const changes = differencesOf(props.before, props.after);
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
              <th scope="row">{change.path}</th>
              {props.before ? (
                <td>{change.before === undefined ? null : <del>{written(change.before)}</del>}</td>
              ) : null}
              {props.after ? (
                <td>{change.after === undefined ? null : <ins>{written(change.after)}</ins>}</td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
