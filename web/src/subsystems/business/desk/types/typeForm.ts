import type {
  Json,
  TicketFieldView,
  TicketStateView,
  TicketTransitionView,
  TicketTypeView,
} from "../../../../api/contract";
import { fieldPath } from "../../../../kit/faults";
import { problemOf } from "../../../../api/problem";
import { NEW_PUBLIC, publicOf } from "./publicForm";
import type { PublicDraft } from "./publicForm";

type TypeBody = TicketTypeView["type"];
type IncidentRule = NonNullable<TypeBody["incidents"]>;

/** A question as its form edits it: the answers of a choice are lines `key=English=中文`. */
export type FieldForm = Omit<TicketFieldView, "choices"> & { choices?: string };

/** A kind of ticket as its form edits it. */
export type TypeForm = Omit<TypeBody, "fields" | "incidents" | "public"> & {
  fields: FieldForm[];
  /** Whether incidents of monitoring open tickets of it. */
  takes_incidents: boolean;
  incidents?: Partial<IncidentRule>;
  /** Whether people outside write in, and the form they fill in if they do. */
  takes_enquiries: boolean;
  public: PublicDraft;
};

export const PHASES = ["new", "active", "paused", "resolved", "closed"] as const;
export const EFFECTS = ["none", "dispatch", "return", "draft", "answer"] as const;
export const NEEDS = ["reason", "assignee"] as const;
export const KINDS = ["text", "long_text", "number", "date", "choice", "yes_no"] as const;
export const LEVELS = ["high", "medium", "low"] as const;

const NO_NAME = { en: "", zh: "" };

/** A state to be filled in. */
export const NEW_STATE: TicketStateView = {
  key: "",
  name: NO_NAME,
  phase: "active",
  waits_for_requester: false,
};

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
    { ...NEW_STATE, key: "new", name: { en: "New", zh: "新建" }, phase: "new" },
    { ...NEW_STATE, key: "in_progress", name: { en: "In progress", zh: "处理中" } },
    { ...NEW_STATE, key: "resolved", name: { en: "Resolved", zh: "已解决" }, phase: "resolved" },
    { ...NEW_STATE, key: "closed", name: { en: "Closed", zh: "已关闭" }, phase: "closed" },
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
  takes_incidents: false,
  takes_enquiries: false,
  public: NEW_PUBLIC,
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
    takes_enquiries: type.public !== null,
    public: type.public ?? NEW_PUBLIC,
  };
}

/** The form of a new kind of ticket: begins as another one, but takes nothing from outside. */
export function copyOf(type: TypeBody): TypeForm {
  const own = { key: "", prefix: "", name: NO_NAME, enabled: false };
  return { ...formOf(type), ...own, takes_enquiries: false, public: NEW_PUBLIC };
}

function choicesOf(lines: string | undefined): TicketFieldView["choices"] {
  const filled = (lines ?? "").split("\n").filter((line) => line.trim() !== "");
  return filled.map((line) => {
    const [key = "", en = key, zh = en] = line.split("=").map((part) => part.trim());
    return { key, name: { en, zh } };
  });
}

/** What is left out stays as it was: so what is not turned on is said to be off. */
function stateOf(state: TicketStateView): TicketStateView {
  const waits = state.phase === "paused" && state.waits_for_requester === true;
  return { ...state, waits_for_requester: waits };
}

/** The kind of ticket that a form says. */
export function bodyOf(form: TypeForm): TypeBody {
  const { takes_incidents, incidents, takes_enquiries, fields, ...rest } = form;
  return {
    ...rest,
    policy_id: rest.policy_id || null,
    states: rest.states.map(stateOf),
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
    public: takes_enquiries ? publicOf(rest.public) : null,
  };
}

/**
 * Which entries of a list (`fields`, `public.categories`) are at fault, so that they are shown
 * unfolded.
 */
export function faultyIn(list: string, error: unknown): Set<number> {
  const faults = error ? problemOf(error).fields : [];
  const above = fieldPath(list);
  const places = faults.map(({ field }) => fieldPath(field));
  return new Set(
    places.flatMap((place) => {
      const at = place[above.length];
      return above.every((name, depth) => place[depth] === name) && typeof at === "number"
        ? [at]
        : [];
    }),
  );
}

/** A value of a form that may not be there yet. */
export type Maybe<T> = { [K in keyof T]?: T[K] | undefined } | undefined;

/** What an entry of a list is called: by its name, else its key, else its place. */
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
