import type { ProblemField } from "../../../../api/contract";
import { isBlank } from "./answer";
import type { Draft } from "./answer";

/** Why the server did not take an answer. */
export interface Refusal {
  says: string;
  fields: Pick<ProblemField, "field" | "expected">[];
}

/** An answer that the server does not have yet. */
export interface Unsent {
  /** Said again under this name it is kept once. */
  client_id: string;
  item: string;
  draft: Draft;
  found_at: string;
  refused: Refusal | null;
}

/** What a browser keeps of a round: what is being typed, by item, and what is still to be sent. */
export interface Kept {
  drafts: Record<string, Draft>;
  unsent: Unsent[];
}

export const NOTHING_KEPT: Kept = { drafts: {}, unsent: [] };

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Under which name the round of that user is kept: a phone may pass from hand to hand. */
export function nameOf(user: string, round: string): string {
  return `mainstay.round.${user}.${round}`;
}

/** Reads what is kept; what cannot be read is nothing. */
export function readKept(store: Store, name: string): Kept {
  try {
    const kept: Partial<Kept> | null = JSON.parse(store.getItem(name) ?? "null");
    return { drafts: kept?.drafts ?? {}, unsent: kept?.unsent ?? [] };
  } catch {
    return NOTHING_KEPT;
  }
}

/** Keeps it; false where the browser has no room, or allows none. */
export function writeKept(store: Store, name: string, kept: Kept): boolean {
  try {
    const empty = kept.unsent.length === 0 && Object.keys(kept.drafts).length === 0;
    if (empty) store.removeItem(name);
    else store.setItem(name, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

function without(drafts: Record<string, Draft>, item: string): Record<string, Draft> {
  return Object.fromEntries(Object.entries(drafts).filter(([key]) => key !== item));
}

/** Somebody typed at an item. */
export function typedAt(kept: Kept, item: string, draft: Draft): Kept {
  const drafts = without(kept.drafts, item);
  return { ...kept, drafts: isBlank(draft) ? drafts : { ...drafts, [item]: draft } };
}

/** Somebody corrects what was answered at an item. */
export function openedAt(kept: Kept, item: string, draft: Draft): Kept {
  return { ...kept, drafts: { ...kept.drafts, [item]: draft } };
}

/** Somebody gave up what was typed at an item and is not with the server. */
export function discardedAt(kept: Kept, item: string): Kept {
  return {
    drafts: without(kept.drafts, item),
    unsent: kept.unsent.filter((one) => one.item !== item),
  };
}

/** Somebody is done with an item: it is to be sent, instead of what else was to be of it. */
export function savedAt(
  kept: Kept,
  item: string,
  made: { draft: Draft; client_id: string; found_at: string },
): Kept {
  const rest = kept.unsent.filter((one) => one.item !== item);
  return {
    drafts: without(kept.drafts, item),
    unsent: [...rest, { item, refused: null, ...made }],
  };
}

/** The server has it. */
export function settledOf(kept: Kept, client_id: string): Kept {
  return { ...kept, unsent: kept.unsent.filter((one) => one.client_id !== client_id) };
}

/** The server did not take it. */
export function refusedOf(kept: Kept, client_id: string, refused: Refusal): Kept {
  const unsent = kept.unsent.map((one) => (one.client_id === client_id ? { ...one, refused } : one));
  return { ...kept, unsent };
}

/** The names of the photos that are in what is kept. */
export function photosIn(kept: Kept): Set<string> {
  const drafts = [...Object.values(kept.drafts), ...kept.unsent.map((one) => one.draft)];
  return new Set(drafts.flatMap((draft) => draft.photos.map((photo) => photo.local)));
}

/** The server has a photo: it need not be sent again. */
export function photoSent(kept: Kept, local: string, id: string): Kept {
  const named = (draft: Draft): Draft => ({
    ...draft,
    photos: draft.photos.map((photo) => (photo.local === local ? { ...photo, id } : photo)),
  });
  return {
    drafts: Object.fromEntries(
      Object.entries(kept.drafts).map(([item, draft]) => [item, named(draft)]),
    ),
    unsent: kept.unsent.map((one) => ({ ...one, draft: named(one.draft) })),
  };
}
