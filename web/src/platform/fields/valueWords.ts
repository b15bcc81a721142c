import type { Json, JsonObject, Language } from "../../api/contract";
import { isObject } from "../../kit/difference";
import { formatExact } from "../../kit/format";

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** The last name of a dotted path. */
export function lastOf(path: string): string {
  return path.split(".").at(-1) ?? path;
}

/** Whether there is nothing to be said of a value. */
export function isEmpty(value: Json | undefined): boolean {
  if (value === null || value === undefined || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** A text that is known in both languages, in the reader's; null when it is none. */
export function textIn(value: Json, language: Language): string | null {
  if (!isObject(value)) return null;
  const { en, zh, ...others } = value;
  const worded = [en, zh].filter((one) => typeof one === "string");
  if (worded.length === 0 || Object.keys(others).length > 0) return null;
  const own = language === "zh" ? zh : en;
  const other = language === "zh" ? en : zh;
  return [own, other].find((one) => typeof one === "string" && one !== "")?.toString() ?? "–";
}

/** A contact way: what it is and its address. */
export function contactOf(value: Json): { way: string; value: string } | null {
  if (!isObject(value)) return null;
  const { way, value: address } = value;
  return typeof way === "string" && typeof address === "string" ? { way, value: address } : null;
}

/** A scope of some places or resources: its kind, and which. */
export function scopeOf(value: JsonObject): { kind: string; ids: Json[] } | null {
  const { kind, ids } = value;
  if (typeof kind !== "string" || !Array.isArray(ids)) return null;
  return { kind, ids };
}

/** Somebody who is kept by id and name: the name says who. */
export function namedOf(value: Json): string | null {
  if (!isObject(value)) return null;
  const { id, name, ...others } = value;
  const alone = typeof id === "string" && Object.keys(others).length === 0;
  return alone && typeof name === "string" && name !== "" ? name : null;
}

/** A plain value in words, by the field it is of. */
export function plainWord(
  said: Record<string, string>,
  language: Language,
  path: string,
  value: string | number | boolean,
): string {
  if (typeof value === "boolean") return said[value ? "yes" : "no"] ?? String(value);
  if (typeof value === "number") return String(value);
  if (MOMENT.test(value)) return formatExact(value, language);
  return said[`${lastOf(path)} ${value}`] ?? said[`any ${value}`] ?? value;
}

/** The fields of a whole that have something to say. */
export function filledOf(whole: JsonObject): [string, Json][] {
  return Object.entries(whole).filter(([, value]) => !isEmpty(value));
}
