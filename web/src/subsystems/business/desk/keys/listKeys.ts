/** What a key does on a list of tickets. */
export type ListKey = "next" | "before" | "choose" | "help";

/** What of an event is looked at. */
type Pressed = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "isComposing" | "defaultPrevented"
>;

const KEYS: Record<string, ListKey> = { j: "next", k: "before", x: "choose", "?": "help" };
/** Where keys are letters, or already mean something else. */
const TYPING =
  "textarea, select, [contenteditable], [role='combobox'], [role='menu'], [role='listbox'], " +
  "input:not([type='checkbox'], [type='radio'])";

/** What a key does; null: nothing here. */
export function listKeyOf(pressed: Pressed): ListKey | null {
  const { key, ctrlKey, metaKey, altKey, isComposing, defaultPrevented } = pressed;
  if (ctrlKey || metaKey || altKey || isComposing || defaultPrevented) return null;
  return KEYS[key] ?? null;
}

/** Whether what has the focus takes letters for itself. */
export function takesLetters(focused: Element | null): boolean {
  return focused !== null && focused.closest(TYPING) !== null;
}

/** The place to go to among so many, from `at` (-1: from none of them). */
export function placeAfter(key: "next" | "before", at: number, count: number): number {
  if (at < 0) return key === "next" ? 0 : count - 1;
  return Math.min(count - 1, Math.max(0, key === "next" ? at + 1 : at - 1));
}
