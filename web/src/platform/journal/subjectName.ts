import type { Language } from "../../api/contract";

/** The part of a fact that says what it is about. */
export interface About {
  subject: { kind: string; id: string; name: string };
  at?: string;
  before?: unknown;
  detail?: unknown;
}

function field(of: unknown, name: string): unknown {
  if (typeof of !== "object" || of === null) return undefined;
  return Object.entries(of).find(([key]) => key === name)?.[1];
}

/** A name that may be known in both languages, in the reader's. */
function inWords(name: unknown, language: Language): unknown {
  if (typeof name !== "object" || name === null) return name;
  return field(name, language) || field(name, language === "zh" ? "en" : "zh");
}

/** What a thing was called when somebody told what is to become of it later. */
function nameUntilThen(fact: About, language: Language): string | null {
  const from = field(fact.detail, "effective_at");
  if (typeof from !== "string" || fact.at === undefined) return null;
  if (Date.parse(from) <= Date.parse(fact.at)) return null;
  const name = inWords(field(fact.before, "name") ?? field(fact.before, "title"), language);
  return typeof name === "string" && name !== "" ? name : null;
}

/**
 * What a fact is about, in the reader's language. A fact keeps one name of its subject; where it has
 * both wordings (an alert's title, a rule's name, how a relation reads) they are in its detail.
 */
export function subjectName(fact: About, language: Language): string {
  const { subject, detail } = fact;
  const until = nameUntilThen(fact, language);
  if (until !== null) return until;
  const worded = ["title", "name"].map((name) => field(field(detail, name), language));
  const own = subject.kind === "relation" ? [field(detail, `sentence_${language}`)] : worded;
  const said = own.find((text) => typeof text === "string" && text !== "");
  if (typeof said === "string") return said;
  if (subject.kind === "relation" && language === "zh") {
    // Facts from before the wording was kept: both ends, without a verb in another language.
    const [from, to] = [field(detail, "from_name"), field(detail, "to_name")];
    if (typeof from === "string" && typeof to === "string") return `${from} → ${to}`;
  }
  return subject.name || subject.id;
}
