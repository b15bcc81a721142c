import { useEffect, useRef } from "react";
import { listKeyOf, placeAfter, takesLetters } from "./listKeys";

const ROWS = "a[data-ticket]";
const DIALOG = ".ant-modal-wrap";

/** The links of the rows that are drawn, and the place of the one that has the focus. */
function rowsNow(): { rows: HTMLElement[]; at: number } {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
  const row = document.activeElement?.closest("tr, .ant-table-row");
  return { rows, at: row ? rows.findIndex((one) => row.contains(one)) : -1 };
}

function dialogIsOpen(): boolean {
  return [...document.querySelectorAll(DIALOG)].some((one) => one.checkVisibility());
}

/**
 * j and k go from ticket to ticket: the focus itself goes, so that Enter opens one as it opens any
 * link. x chooses the one that has the focus; ? asks for help.
 */
export function useListKeys(on: { choose: (id: string) => void; help: () => void }): void {
  const newest = useRef(on);
  useEffect(() => {
    newest.current = on;
  });
  // The keys are listened to wherever the focus is, outside of React's tree.
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const key = listKeyOf(event);
      if (key === null || takesLetters(document.activeElement) || dialogIsOpen()) return;
      const { rows, at } = rowsNow();
      if (key === "help") newest.current.help();
      else if (key === "choose") newest.current.choose(rows[at]?.dataset["ticket"] ?? "");
      else rows[placeAfter(key, at, rows.length)]?.focus();
      event.preventDefault();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}
