import type { Language } from "../../api/contract";

/** The part of a fact that says what it is about. */
export interface About {
  subject: { kind: string; id: string; name: string };
  detail?: unknown;
}

function field(of: unknown, name: string): unknown {
  if (typeof of !== "object" || of === null) return undefined;
  return Object.entries(of).find(([key]) => key === name)?.[1];
}

/**
 * What a fact is about, in the reader's language. A fact keeps one name of its subject; where it has
 * both wordings (an alert's title, a rule's name, how a relation reads) they are in its detail.
 */
export function subjectName(fact: About, language: Language): string {
  const { subject, detail } = fact;
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
