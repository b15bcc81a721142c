import type { Json, JsonObject, ResourceView } from "../../api/contract";
import { Card } from "../../kit/Card";
import { DescriptionList } from "../../kit/DescriptionList";
import { isObject } from "../../kit/difference";
import { formatExact, formatFigure } from "../../kit/format";
import { useLanguage, useText, useWords } from "../../kit/language";
import { useKinds } from "./useKinds";
import { words } from "./words";

type Wording = (name: string) => string;

/** What attributes that no kind defines are called; unknown names are written as they are. */
function useWording(kind: string): Wording {
  const said: Record<string, string> = useWords(words);
  const text = useText();
  const known = useKinds().find(kind)?.attributes ?? [];
  const whole: Record<string, string | undefined> = {
    os: said["host_os"],
    cpu: said["host_cpu"],
    product: said["host_product"],
    interfaces: said["interfaces"],
    disks: said["disks"],
  };
  return (name) =>
    text(known.find((one) => one.name === name)?.title) ||
    whole[name] ||
    said[`a_${name}`] ||
    name.replaceAll("_", " ");
}

/** One plain value, read by the unit at the end of its name. */
function useValue(): (name: string, value: Json | undefined) => string {
  const language = useLanguage();
  const said = useWords(words);
  return (name, value) => {
    if (value === null || value === undefined || value === "") return "–";
    if (typeof value === "boolean") return value ? said.yes : said.no;
    if (Array.isArray(value)) return value.map(String).join(", ");
    if (typeof value === "object") return JSON.stringify(value);
    if (typeof value !== "number") return value;
    if (name === "mtu_bytes" || name === "port" || name === "mtu") return String(value);
    if (name.endsWith("_at_s")) return formatExact(value * 1000, language);
    if (name.endsWith("_bytes")) return formatFigure(value, "bytes", language);
    return formatFigure(value, "count", language);
  };
}

/** What is known of a group: not what could not be read. */
function knownOf(group: JsonObject): [string, Json][] {
  return Object.entries(group).filter(
    ([, value]) => value !== null && !(isObject(value) && knownOf(value).length === 0),
  );
}

function isTable(value: Json): value is JsonObject[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

function AttributeTable(props: { name: string; rows: JsonObject[]; wording: Wording }) {
  const { rows, wording } = props;
  const valueOf = useValue();
  const keys = new Set(rows.flatMap((row) => Object.keys(row)));
  const names = keys.delete("name") ? ["name", ...keys] : [...keys];
  return (
    <table className="resource-table" aria-label={props.name}>
      <thead>
        <tr>
          {names.map((name) => (
            <th key={name} scope="col">
              {wording(name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={JSON.stringify(row)}>
            {names.map((name) => (
              <td key={name}>{valueOf(name, row[name])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Nested(props: { name: string; value: Json; wording: Wording }) {
  const { value, wording } = props;
  const valueOf = useValue();
  const title = wording(props.name);
  return (
    <div className="resource-nested">
      <h3>{title}</h3>
      {isTable(value) ? <AttributeTable name={title} rows={value} wording={wording} /> : null}
      {isObject(value) ? (
        <DescriptionList
          columns={3}
          items={knownOf(value).map(([key, one]) => ({
            key,
            term: wording(key),
            value: valueOf(key, one),
          }))}
        />
      ) : null}
    </div>
  );
}

/** Everything known of a resource; lists of things are tables, groups have their own heading. */
export function AttributesCard(props: { resource: ResourceView }) {
  const { attributes, kind } = props.resource;
  const said = useWords(words);
  const wording = useWording(kind);
  const valueOf = useValue();
  const entries = knownOf(attributes);
  const nested = entries.filter(([, value]) => isObject(value) || isTable(value));
  const plain = entries.filter(([, value]) => !isObject(value) && !isTable(value));
  return (
    <Card title={said.attributes}>
      {entries.length === 0 ? <p className="kit-quiet">{said.no_attributes}</p> : null}
      <DescriptionList
        columns={3}
        items={plain.map(([key, value]) => ({
          key,
          term: wording(key),
          value: valueOf(key, value),
        }))}
      />
      {nested.map(([name, value]) => (
        <Nested key={name} name={name} value={value} wording={wording} />
      ))}
    </Card>
  );
}
