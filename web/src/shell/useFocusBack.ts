import { useEffect } from "react";

/**
 * Gives the focus back to what had it before a dialog: dialogs that are taken away as a whole do
 * not do so themselves, and the keyboard would begin again at the top of the page.
 */
export function useFocusBack(): void {
  // Focus and the places where dialogs are put lie outside of React's tree.
  useEffect(() => {
    let last: HTMLElement | null = null;
    const note = ({ target }: FocusEvent) => {
      if (target instanceof HTMLElement && !target.closest("[role='dialog']")) last = target;
    };
    const removed = new MutationObserver((changes) => {
      const gone = changes.some((change) => change.removedNodes.length > 0);
      if (gone && document.activeElement === document.body && last?.isConnected) last.focus();
    });
    document.addEventListener("focusin", note);
    removed.observe(document.body, { childList: true });
    return () => {
      document.removeEventListener("focusin", note);
      removed.disconnect();
    };
  }, []);
}
