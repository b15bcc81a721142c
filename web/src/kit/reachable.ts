/** Tables, and what else says that it scrolls sideways. */
const SCROLLER = ".ant-table-content, .kit-reach";
const REACHED = "a[href], button, input, select, textarea, [tabindex]";

/** What scrolls sideways and holds nothing for the keys is itself reached by them (WCAG 2.1.1). */
function reachScrollers(within: HTMLElement): void {
  for (const scroller of within.querySelectorAll<HTMLElement>(SCROLLER)) {
    const scrolls = scroller.scrollWidth > scroller.clientWidth;
    if (scrolls && !scroller.querySelector(REACHED)) scroller.tabIndex = 0;
    else scroller.removeAttribute("tabindex");
  }
}

/** A `ref` of what holds a table or a `kit-reach`: keeps it in the reach of the keys, however wide it gets. */
export function reachable(within: HTMLElement | null): (() => void) | undefined {
  if (!within) return undefined;
  const look = () => reachScrollers(within);
  const sizes = new ResizeObserver(look);
  const rows = new MutationObserver(look);
  sizes.observe(within);
  rows.observe(within, { childList: true, subtree: true });
  return () => {
    sizes.disconnect();
    rows.disconnect();
  };
}
