import type { Json, JsonObject, TicketPageView } from "../../../api/contract";

/** What a ticket says, as its form edits it. */
export interface ContentValues {
  subject: string;
  text?: string;
  requester?: { name?: string; contact?: string; person_id?: string | null };
  region_id?: string | null;
  impact: string;
  urgency: string;
  resource_ids?: string[];
  fields?: Record<string, Json | undefined>;
}

/** What a ticket says now, as its form edits it. */
export function contentOf(ticket: TicketPageView): ContentValues {
  return {
    subject: ticket.subject,
    text: ticket.text,
    requester: ticket.requester,
    region_id: ticket.region?.id ?? null,
    impact: ticket.impact,
    urgency: ticket.urgency,
    resource_ids: ticket.resources.map((one) => one.id),
    fields: ticket.fields,
  };
}

/** What is sent of a form: what was cleared is not answered. `was`: what the form has no field for. */
export function bodyOf(values: ContentValues, was: ContentValues | null): JsonObject {
  const { subject, impact, urgency } = values;
  const answered = Object.entries(values.fields ?? {}).flatMap(([key, value]): [string, Json][] =>
    value === undefined || value === null || value === "" ? [] : [[key, value]],
  );
  const { name, contact } = values.requester ?? {};
  return {
    subject,
    impact,
    urgency,
    text: values.text ?? "",
    requester: {
      name: name ?? "",
      contact: contact ?? "",
      person_id: was?.requester?.person_id ?? null,
    },
    region_id: values.region_id || null,
    resource_ids: values.resource_ids ?? [],
    fields: Object.fromEntries(answered),
  };
}

/** Something that both changed since, or only the others did. */
export interface Difference {
  /** The path of the form's field. */
  path: string[];
  theirs: Json;
  mine: Json;
  /** Who changed it: then it is a conflict, or theirs alone. */
  by: "both" | "them";
}

function at(values: JsonObject, path: string[]): Json {
  let found: Json = values;
  for (const key of path) {
    const within: Json = found;
    if (typeof within !== "object" || within === null || Array.isArray(within)) return null;
    found = within[key] ?? null;
  }
  return found;
}

function pathsOf(...all: JsonObject[]): string[][] {
  const answers = all.flatMap((one) => {
    const { fields } = one;
    return typeof fields === "object" && fields !== null ? Object.keys(fields) : [];
  });
  return [
    ...["subject", "text", "region_id", "impact", "urgency", "resource_ids"].map((key) => [key]),
    ["requester", "name"],
    ["requester", "contact"],
    ...[...new Set(answers)].map((key) => ["fields", key]),
  ];
}

function same(one: Json, other: Json): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What others changed between `base` and `theirs`, and whether `mine` changed it otherwise, too. */
export function mergeOf(base: JsonObject, theirs: JsonObject, mine: JsonObject): Difference[] {
  return pathsOf(base, theirs, mine).flatMap((path) => {
    const [before, now, own] = [at(base, path), at(theirs, path), at(mine, path)];
    if (same(before, now) || same(now, own)) return [];
    return [{ path, theirs: now, mine: own, by: same(before, own) ? "them" : "both" } as const];
  });
}
