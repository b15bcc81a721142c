import type { Json, JsonObject, SpecSchema } from "../../api/contract";
import { DescriptionList } from "../../kit/DescriptionList";
import { useLanguage, useWords } from "../../kit/language";
import { titleOf } from "../../kit/SchemaForm";
import { words } from "./words";

/** What a check asks, by the names of its protocol's schema. */
export function SpecList(props: { spec: JsonObject; schema: SpecSchema | undefined }) {
  const said = useWords(words);
  const language = useLanguage();
  const wording = (value: Json): string => {
    if (value === true) return said.yes;
    if (value === false) return said.no;
    if (Array.isArray(value)) return value.map(wording).join(", ");
    if (value !== null && typeof value === "object") return JSON.stringify(value);
    return String(value ?? "–");
  };
  const items = Object.entries(props.spec).map(([key, value]) => ({
    key,
    term: titleOf(props.schema?.properties?.[key] ?? {}, key, language),
    value: wording(value),
  }));
  return <DescriptionList columns={3} items={items} />;
}
