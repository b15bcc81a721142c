import { expect } from "@playwright/test";
import type { Page } from "@playwright/test";

/** Widths of screens that people have; first that of the walk, which is there already. */
const WIDTHS = [1440, 1280, 1920];
const HEIGHT = 900;

/** What is wider than its place: the page itself, or a table in it. */
function sidewaysOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.scrollingElement ?? document.documentElement;
    const over = root.scrollWidth - window.innerWidth;
    const tables = [...document.querySelectorAll(".ant-table-content, .kit-scroll")];
    const wide = tables
      .filter((table) => table.scrollWidth > table.clientWidth + 1)
      .map((table) => {
        const label = table.closest("[aria-label]")?.getAttribute("aria-label") ?? "a table";
        return `${label}: ${table.scrollWidth} of ${table.clientWidth}`;
      });
    return over > 0 ? [`the page: ${over} too wide`, ...wide] : wide;
  });
}

/** Neither the page nor a table in it scrolls sideways on any screen; ends at the width it had. */
export async function fits(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    expect.soft(await sidewaysOf(page), `${name} at ${width}`).toEqual([]);
  }
  if (before) await page.setViewportSize(before);
}
