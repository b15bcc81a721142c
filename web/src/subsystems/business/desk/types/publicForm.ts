import type { PublicFormView } from "../../../../api/contract";

/** The form for everybody as it is edited: what is emptied is null. */
export type PublicDraft = { [K in keyof PublicFormView]?: PublicFormView[K] | null };

type CategoryView = PublicFormView["categories"][number];

export const CONTACTS = ["optional", "required", "none"] as const;
export const WORK_BITS_MAX = 24;
export const WAIT_S_MAX = 600;

const NO_TEXT = { en: "", zh: "" };

/** A form for everybody to be filled in: with what the server takes where nothing is said. */
export const NEW_PUBLIC: PublicFormView = {
  unit_id: "",
  title: NO_TEXT,
  intro: NO_TEXT,
  fields: [],
  categories: [],
  contact: "optional",
  work_bits: 16,
  wait_s: 5,
};

/** A category to be filled in. */
export const NEW_CATEGORY: CategoryView = { key: "", name: NO_TEXT, unit_id: null };

/** The form for everybody that a draft says; what is empty is as in a new one. */
export function publicOf(draft: PublicDraft): PublicFormView {
  return {
    unit_id: draft.unit_id ?? NEW_PUBLIC.unit_id,
    title: draft.title ?? NEW_PUBLIC.title,
    intro: draft.intro ?? NEW_PUBLIC.intro,
    fields: draft.fields ?? NEW_PUBLIC.fields,
    categories: (draft.categories ?? NEW_PUBLIC.categories).map((one) => ({
      ...one,
      unit_id: one.unit_id || null,
    })),
    contact: draft.contact ?? NEW_PUBLIC.contact,
    work_bits: draft.work_bits ?? NEW_PUBLIC.work_bits,
    wait_s: draft.wait_s ?? NEW_PUBLIC.wait_s,
  };
}
