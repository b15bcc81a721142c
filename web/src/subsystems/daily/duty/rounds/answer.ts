import type { FoundValue, FoundView, InspectionItem } from "../../../../api/contract";

/** A photo that was taken: its name on the phone, and on the server once it is there. */
export interface Photo {
  local: string;
  name: string;
  id: string | null;
  /** A small picture of it as a data address; empty where the browser cannot draw it. */
  thumbnail: string;
}

/** What was typed at an item, as it was typed. */
export interface Draft {
  typed: string;
  note: string;
  photos: Photo[];
}

/** What is wrong with a draft, by the name of a word. */
export type DraftFault = "value_missing" | "value_no_number" | "note_missing" | "photo_missing";

export const BLANK: Draft = { typed: "", note: "", photos: [] };

/** The server takes no more photos of one answer. */
export const PHOTOS_MAX = 10;
/** The server takes no longer notes, and no longer words. */
export const NOTE_CHARS_MAX = 2000;

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)$/;

/** Whether nothing was typed yet. */
export function isBlank(draft: Draft): boolean {
  return draft.typed === "" && draft.note === "" && draft.photos.length === 0;
}

/** What an item's answer is in what was typed; null: none yet, or no number where one is asked. */
export function valueOf(item: InspectionItem, typed: string): FoundValue | null {
  switch (item.kind) {
    case "yes_no":
      return typed === "" ? null : typed === "true";
    case "number": {
      // Keyboards of phones give commas, and full-width figures in Chinese.
      const plain = typed.normalize("NFKC").trim().replace(",", ".");
      return NUMBER.test(plain) ? Number(plain) : null;
    }
    case "choice":
      return typed === "" ? null : typed;
    case "text":
      return typed;
  }
}

/** What a value is called in the draft that corrects it. */
export function typedOf(value: FoundValue): string {
  return String(value);
}

/** On which side of its range a reading is; null: within, or no reading. */
export function sideOf(item: InspectionItem, value: FoundValue | null): "below" | "above" | null {
  if (typeof value !== "number") return null;
  if (typeof item.min === "number" && value < item.min) return "below";
  if (typeof item.max === "number" && value > item.max) return "above";
  return null;
}

/** Whether the server will find a value abnormal. */
export function isAbnormal(item: InspectionItem, value: FoundValue | null): boolean {
  if (item.kind === "yes_no") return value === false;
  if (item.kind === "choice") {
    return (item.choices ?? []).some((choice) => choice.name === value && choice.abnormal === true);
  }
  return sideOf(item, value) !== null;
}

/** What has to be mended before a draft can be kept. */
export function faultsOf(item: InspectionItem, draft: Draft): DraftFault[] {
  const value = valueOf(item, draft.typed);
  const faults: DraftFault[] = [];
  if (value === null) {
    faults.push(item.kind === "number" && draft.typed.trim() ? "value_no_number" : "value_missing");
  }
  if (isAbnormal(item, value) && draft.note.trim() === "") faults.push("note_missing");
  if (item.photo && draft.photos.length === 0) faults.push("photo_missing");
  return faults;
}

/** The draft that corrects what was found. */
export function draftOf(found: FoundView): Draft {
  return {
    typed: typedOf(found.value),
    note: found.note,
    photos: found.photos.map((id) => ({ local: id, name: "", id, thumbnail: "" })),
  };
}

/** The range of a reading as people write it: `18–27 ℃`, `≤ 27 ℃`; empty when there is none. */
export function rangeWords(item: InspectionItem): string {
  const { min, max } = item;
  const unit = item.unit ? ` ${item.unit}` : "";
  if (typeof min === "number" && typeof max === "number") return `${min} – ${max}${unit}`;
  if (typeof min === "number") return `≥ ${min}${unit}`;
  if (typeof max === "number") return `≤ ${max}${unit}`;
  return "";
}

/** What counts of each item: the last that came in. */
export function newestOf(found: readonly FoundView[]): Map<string, FoundView> {
  return new Map(found.map((one) => [one.item, one]));
}
