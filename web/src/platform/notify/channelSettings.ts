import type { ChannelField, Json, JsonObject } from "../../api/contract";
import { isObject } from "../../kit/difference";

/** One line of a field that holds texts or secrets by name. */
export interface Pair {
  name?: string;
  value?: string;
}

/** What the form of a channel's settings holds, by field. */
export interface SettingsForm {
  [name: string]: string | number | Pair[] | null | undefined;
}

/** The JSON object that was typed, or null when it is none. */
export function objectOf(typed: string): JsonObject | null {
  try {
    const parsed: Json = JSON.parse(typed);
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** Settings as the form holds them. */
export function formOf(fields: ChannelField[], settings: JsonObject): SettingsForm {
  const form: SettingsForm = {};
  for (const { name, shape } of fields) {
    const value = settings[name];
    if (value === undefined || value === null) continue;
    if (isObject(value)) {
      form[name] =
        shape === "object"
          ? JSON.stringify(value, null, 2)
          : Object.entries(value).map(([key, one]) => ({ name: key, value: String(one) }));
    } else if (typeof value === "number" || typeof value === "string") {
      form[name] = value;
    }
  }
  return form;
}

/** Settings as the server takes them: what was left empty is left out. */
export function settingsOf(fields: ChannelField[], form: SettingsForm): JsonObject {
  const settings: JsonObject = {};
  for (const { name, shape } of fields) {
    const value = form[name];
    if (value === undefined || value === null || value === "") continue;
    if (Array.isArray(value)) {
      const lines = value.filter((line) => line.name && line.value);
      if (lines.length === 0) continue;
      settings[name] = Object.fromEntries(lines.map((line) => [line.name, line.value ?? ""]));
    } else {
      settings[name] = shape === "object" ? objectOf(String(value)) : value;
    }
  }
  return settings;
}
