import type { FactView, Json } from "../../api/contract";
import { isObject } from "../../kit/difference";
import { isId, nameBeside } from "../fields/references";
import { isEmpty } from "../fields/valueWords";

/** How a relation reads is what the fact is about, and stands in its line. */
const IN_THE_LINE = new Set(["sentence", "sentence_zh", "sentence_en"]);

/** A name in both languages, as a list. */
function bothOf(name: Json | undefined): (Json | undefined)[] {
  return isObject(name) ? [name["en"], name["zh"]] : [name];
}

/** Whether a value is a name that stands in the line, in whichever language. */
function saysJust(value: Json, names: readonly (Json | undefined)[]): boolean {
  return bothOf(value).some((one) => typeof one === "string" && one !== "" && names.includes(one));
}

/** The fields of a fact that its line does not say already. */
export function shownDetail(
  fact: Pick<FactView, "detail" | "subject" | "before">,
  named: string,
): [string, Json][] {
  const { detail, subject, before } = fact;
  const names = [named, ...bothOf(before?.["name"]), ...bothOf(before?.["title"])];
  return Object.entries(detail).filter(([field, value]) => {
    if (isEmpty(value) || IN_THE_LINE.has(field)) return false;
    if (saysJust(value, names)) return false;
    return !isId(value) || (value !== subject.id && !nameBeside(detail, field));
  });
}

/** The fields whose new values were taken out, as they lie outside what the reader may see. */
export function withheldOf(fact: Pick<FactView, "detail">): string[] {
  const { withheld } = fact.detail;
  return Array.isArray(withheld) ? withheld.filter((one) => typeof one === "string") : [];
}
