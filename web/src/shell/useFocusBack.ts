import { useEffect } from "react";

/** What lies over the page for a while, and goes again. */
const OVER = "[role='dialog'], .ant-dropdown";

/**
 * Gives the focus back to what had it before a dialog or a menu: dialogs that are taken away as a
 * whole and menus that Escape closes do not do so themselves, and the keyboard would begin again at
 * the top of the page.
 */
export function useFocusBack(): void {
  // Focus and the places where dialogs are put lie outside of React's tree.
  useEffect(() => {
    let last: HTMLElement | null = null;
    const back = () => {
      if (last?.isConnected) last.focus();
    };
    const note = ({ target }: FocusEvent) => {
      // While something lies over the page, what has the focus below it has it by passing only.
      const covered = [...document.querySelectorAll(OVER)].some((one) => one.checkVisibility());
      if (target instanceof HTMLElement && !covered) last = target;
    };
    const closed = ({ key }: KeyboardEvent) => {
      // The menu is hidden in the next frame only.
      const open = document.activeElement?.closest(".ant-dropdown");
      if (key === "Escape" && open) window.requestAnimationFrame(back);
    };
    const removed = new MutationObserver((changes) => {
      const gone = changes.some((change) => change.removedNodes.length > 0);
      if (gone && document.activeElement === document.body) back();
    });
    document.addEventListener("focusin", note);
    document.addEventListener("keydown", closed, { capture: true });
    removed.observe(document.body, { childList: true });
    return () => {
      document.removeEventListener("focusin", note);
      document.removeEventListener("keydown", closed, { capture: true });
      removed.disconnect();
    };
  }, []);
}
