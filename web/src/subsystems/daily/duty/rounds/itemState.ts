import type { FoundView, InspectionItem } from "../../../../api/contract";
import type { Tone } from "../../../../kit/StateTag";
import type { Kept, Unsent } from "./kept";
import type { Draft } from "./answer";

/** How far an item of a round is, on this device. */
export interface ItemState {
  item: InspectionItem;
  /** What is being typed. */
  draft: Draft | undefined;
  /** What is to be sent, or was not taken. */
  unsent: Unsent | undefined;
  /** What the server has. */
  found: FoundView | undefined;
  is: "open" | "typed" | "unsent" | "refused" | "ok" | "abnormal";
}

export const TONES: Record<ItemState["is"], Tone> = {
  open: "unknown",
  typed: "warning",
  unsent: "pending",
  refused: "critical",
  ok: "ok",
  abnormal: "critical",
};

/** How far each item is, in the order of the route. */
export function itemStates(
  route: readonly InspectionItem[],
  newest: ReadonlyMap<string, FoundView>,
  kept: Kept,
): ItemState[] {
  return route.map((item) => {
    const draft = kept.drafts[item.key];
    const unsent = kept.unsent.find((one) => one.item === item.key);
    const found = newest.get(item.key);
    return { item, draft, unsent, found, is: stateOf(draft, unsent, found) };
  });
}

function stateOf(
  draft: Draft | undefined,
  unsent: Unsent | undefined,
  found: FoundView | undefined,
): ItemState["is"] {
  if (unsent?.refused) return "refused";
  if (draft) return "typed";
  if (unsent) return "unsent";
  if (found) return found.abnormal ? "abnormal" : "ok";
  return "open";
}

/** The item that comes next: the first after `at` that nobody has answered, or else before it. */
export function nextOpen(states: readonly ItemState[], at: number): string | null {
  const rest = [...states.slice(at + 1), ...states.slice(0, at)];
  const wanted = rest.find((one) => one.is === "open" || one.is === "typed" || one.is === "refused");
  return wanted?.item.key ?? null;
}
