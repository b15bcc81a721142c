import type {
  Json,
  TicketFieldView,
  TicketStateView,
  TicketTransitionView,
  TicketTypeView,
} from "../../../../api/contract";
import { fieldPath } from "../../../../kit/faults";
import { problemOf } from "../../../../api/problem";

type TypeBody = TicketTypeView["type"];
type IncidentRule = NonNullable<TypeBody["incidents"]>;

/** A question as its form edits it: the answers of a choice are lines `key=English=中文`. */
export type FieldForm = Omit<TicketFieldView, "choices"> & { choices?: string };

/** A kind of ticket as its form edits it. */
export type TypeForm = Omit<TypeBody, "fields" | "incidents"> & {
  fields: FieldForm[];
  /** Whether incidents of monitoring open tickets of it. */
  takes_incidents: boolean;
  incidents?: Partial<IncidentRule>;
};

export const PHASES = ["new", "active", "paused", "resolved", "closed"] as const;
export const EFFECTS = ["none", "dispatch", "return", "draft", "answer"] as const;
export const NEEDS = ["reason", "assignee"] as const;
export const KINDS = ["text", "long_text", "number", "date", "choice", "yes_no"] as const;
export const LEVELS = ["high", "medium", "low"] as const;

const NO_NAME = { en: "", zh: "" };

/** A state to be filled in. */
export const NEW_STATE: TicketStateView = { key: "", name: NO_NAME, phase: "active" };

/** A way to be filled in. */
export const NEW_WAY: TicketTransitionView = {
  key: "",
  name: NO_NAME,
  from: [],
  to: "",
  effect: "none",
  needs: [],
  right: "work",
  by_another: false,
};

/** A question to be filled in. */
export const NEW_FIELD: FieldForm = {
  key: "",
  name: NO_NAME,
  kind: "text",
  required: false,
  min: null,
  max: null,
};

/** What a new kind of ticket begins with: the least that makes sense. */
export const PLAIN: TypeForm = {
  key: "",
  name: NO_NAME,
  prefix: "",
  enabled: false,
  first: "new",
  states: [
    { key: "new", name: { en: "New", zh: "新建" }, phase: "new" },
    { key: "in_progress", name: { en: "In progress", zh: "处理中" }, phase: "active" },
    { key: "resolved", name: { en: "Resolved", zh: "已解决" }, phase: "resolved" },
    { key: "closed", name: { en: "Closed", zh: "已关闭" }, phase: "closed" },
  ],
  transitions: [
    { ...NEW_WAY, key: "accept", name: { en: "Accept", zh: "受理" }, from: ["new"], to: "in_progress" },
    {
      ...NEW_WAY,
      key: "resolve",
      name: { en: "Resolve", zh: "解决" },
      from: ["new", "in_progress"],
      to: "resolved",
      effect: "answer",
    },
    { ...NEW_WAY, key: "close", name: { en: "Close", zh: "关闭" }, from: ["resolved"], to: "closed" },
  ],
  fields: [],
  matrix: [
    [1, 2, 3],
    [2, 3, 4],
    [3, 4, 5],
  ],
  policy_id: null,
  public: null,
  takes_incidents: false,
};

/** The form over a kind of ticket. */
export function formOf(type: TypeBody): TypeForm {
  const { incidents, fields, ...rest } = type;
  return {
    ...rest,
    fields: fields.map((field) => ({
      ...field,
      choices: field.choices.map(({ key, name }) => `${key}=${name.en}=${name.zh}`).join("\n"),
    })),
    takes_incidents: incidents !== null,
    ...(incidents ? { incidents } : {}),
  };
}

/** The form of a new kind of ticket that begins as another one is, but takes nothing from outside. */
export function copyOf(type: TypeBody): TypeForm {
  return { ...formOf(type), key: "", prefix: "", name: NO_NAME, enabled: false, public: null };
}

function choicesOf(lines: string | undefined): TicketFieldView["choices"] {
  const filled = (lines ?? "").split("\n").filter((line) => line.trim() !== "");
  return filled.map((line) => {
    const [key = "", en = key, zh = en] = line.split("=").map((part) => part.trim());
    return { key, name: { en, zh } };
  });
}

/** The kind of ticket that a form says. */
export function bodyOf(form: TypeForm): TypeBody {
  const { takes_incidents, incidents, fields, ...rest } = form;
  return {
    ...rest,
    policy_id: rest.policy_id || null,
    fields: fields.map((field) => ({
      ...field,
      choices: field.kind === "choice" ? choicesOf(field.choices) : [],
      min: field.kind === "number" ? (field.min ?? null) : null,
      max: field.kind === "number" ? (field.max ?? null) : null,
    })),
    incidents: takes_incidents
      ? {
          severities: incidents?.severities ?? [],
          unit_id: incidents?.unit_id ?? "",
          on_end: incidents?.on_end || null,
        }
      : null,
  };
}

/** Which entries of a list are at fault, so that they are shown unfolded. */
export function faultyIn(list: string, error: unknown): Set<number> {
  const faults = error ? problemOf(error).fields : [];
  const places = faults.map(({ field }) => fieldPath(field));
  return new Set(
    places.flatMap(([name, at]) => (name === list && typeof at === "number" ? [at] : [])),
  );
}

/** A value of a form that may not be there yet. */
export type Maybe<T> = { [K in keyof T]?: T[K] | undefined } | undefined;

/** What a state, a way or a question is called: by its name, else its key, else its place. */
export function calledOf(
  one: Maybe<{ key: string; name: Json | { en: string; zh: string } }>,
  text: (name: { en: string; zh: string }) => string,
  at: number,
): string {
  const { name, key } = one ?? {};
  const both = typeof name === "object" && name !== null && "en" in name && "zh" in name;
  const called = both ? text({ en: String(name.en), zh: String(name.zh) }) : "";
  return called || key || String(at + 1);
}
