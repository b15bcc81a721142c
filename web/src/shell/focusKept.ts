import { useEffect } from "react";

const DIALOG = "[role='dialog'][aria-modal='true']";
const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";
const PASSED = "[tabindex^='-'], :disabled, [inert], [inert] *";
/** Fields with stops of their own: day, month, year. Only the browser knows at which one is. */
const PARTS = new Set(["date", "datetime-local", "month", "time", "week"]);

/** Where Tab stops within something, in order. */
function stopsOf(root: Element): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(STOPS)].filter(
    (one) => !one.matches(PASSED) && one.checkVisibility({ visibilityProperty: true }),
  );
}

/** Radio buttons of one group are one stop. */
function isSameStop(one: Element, other: Element): boolean {
  if (one === other) return true;
  const name = one.getAttribute("name");
  const radios = [one, other].every((each) => each.getAttribute("type") === "radio");
  return radios && name !== null && name === other.getAttribute("name");
}

/**
 * What has the focus next where Tab would lead out of a dialog, or in from nowhere; null where the
 * browser's own next stop is right.
 */
export function nextOf(dialog: Element, focused: Element | null, back: boolean): HTMLElement | null {
  const stops = stopsOf(dialog);
  const [begin, end] = back ? [stops.at(-1), stops[0]] : [stops[0], stops.at(-1)];
  if (!begin || !end) return null;
  if (focused === null || focused === document.body) return begin;
  if (focused === dialog) return back ? begin : null;
  if (PARTS.has(focused.getAttribute("type") ?? "")) return null;
  return isSameStop(focused, end) ? begin : null;
}

/**
 * Tab goes round within a dialog. Past its end would come the browser's own controls, where the keys
 * of the page, such as Escape, count for nothing.
 */
export function useFocusKept(): void {
  // The focus lies outside of React's tree.
  useEffect(() => {
    const keep = (event: KeyboardEvent) => {
      if (event.key !== "Tab" || event.defaultPrevented) return;
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const dialogs = [...document.querySelectorAll(DIALOG)].filter((one) => one.checkVisibility());
      const dialog = dialogs.at(-1);
      const next = dialog ? nextOf(dialog, document.activeElement, event.shiftKey) : null;
      if (!next) return;
      event.preventDefault();
      next.focus();
    };
    document.addEventListener("keydown", keep);
    return () => document.removeEventListener("keydown", keep);
  }, []);
}
