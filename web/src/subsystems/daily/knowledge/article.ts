import type {
  ArticleAudience,
  ArticleBody,
  ArticleState,
  JsonObject,
} from "../../../api/contract";
import type { Tone } from "../../../kit/StateTag";

export const STATES = ["draft", "in_review", "published", "retired"] as const satisfies ArticleState[];
export const AUDIENCES = ["agents", "staff", "public"] as const satisfies ArticleAudience[];

/** How each state of an article looks. */
export const TONES: Record<ArticleState, Tone> = {
  draft: "pending",
  in_review: "warning",
  published: "ok",
  retired: "disabled",
};

/** What the form of an article holds. */
export interface ArticleValues {
  title: string;
  symptom?: string;
  answer?: string;
  keywords?: string[];
  category?: string;
  resource_ids?: string[];
  audience: ArticleAudience;
  unit_id: string;
  owner_id?: string | null;
  review_on?: string | null;
}

/** An article as it is sent: every field of it. */
export function bodyOf(values: ArticleValues): Required<ArticleBody> {
  return {
    title: values.title,
    symptom: values.symptom ?? "",
    answer: values.answer ?? "",
    keywords: values.keywords ?? [],
    category: values.category ?? "",
    resource_ids: values.resource_ids ?? [],
    audience: values.audience,
    unit_id: values.unit_id,
    owner_id: values.owner_id || null,
    review_on: values.review_on || null,
  };
}

/** What of an article people read; for comparing two states of it. */
export function textsOf(body: ArticleBody): JsonObject {
  const { title, symptom, answer, keywords, category, audience } = bodyOf(body);
  return { title, symptom, answer, keywords, category, audience };
}

const SOUGHT_MAX = 400;

/** What is looked for by a subject and a text: the subject says best what it is about. */
export function soughtOf(subject: string, text: string): string {
  return `${subject.trim()} ${text.trim()}`.trim().slice(0, SOUGHT_MAX);
}
