import type { JsonObject, TemplateView, Text, Wording } from "../../api/contract";
import { objectOf } from "./channelSettings";

/** What the form of a template holds; the sample as it is typed. */
export interface TemplateForm {
  title: Text;
  wordings: { en: Wording; zh: Wording };
  sample: string;
}

/** What the server takes. */
export interface TemplateDraft {
  title: Text;
  wordings: { en: Wording; zh: Wording };
  sample: JsonObject;
}

/** A template as the form holds it. */
export function formOfTemplate(template: TemplateView): TemplateForm {
  const { title, wordings, sample } = template;
  return { title, wordings, sample: JSON.stringify(sample, null, 2) };
}

/** The draft of a form, or null while its sample is no JSON object. */
export function draftOf(form: TemplateForm): TemplateDraft | null {
  const sample = objectOf(form.sample);
  return sample ? { title: form.title, wordings: form.wordings, sample } : null;
}
