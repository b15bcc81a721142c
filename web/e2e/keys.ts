import { expect } from "@playwright/test";
import type { ElementHandle, Locator, Page } from "@playwright/test";

/** More stops than any page has: a walk that does not come round is a fault. */
const STOPS_MAX = 250;

/** Goes on with Tab until something has the focus. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted).toBeVisible();
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    if (await wanted.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${wanted}`);
}

/** The next Tab goes to the first stop of the page, wherever the focus was. */
function beginAtTheTop(): void {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}

/** Looks change at once, so that they can be compared. */
async function standStill(page: Page): Promise<void> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*, *::before, *::after { transition: none !important; }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  });
}

/** How something looks, with what it stands in and beside: a box may be drawn for a hidden input. */
function lookOf(element: Element): string {
  const around = [element, ...(element.parentElement?.children ?? [])];
  for (let one = element.parentElement; one && around.length < 12; one = one.parentElement) {
    around.push(one);
  }
  const looks = around.flatMap((one) =>
    [undefined, "::before", "::after"].map((part) => {
      const style = getComputedStyle(one, part);
      return [
        style.outline,
        style.boxShadow,
        style.borderColor,
        style.backgroundColor,
        style.color,
        style.left,
      ].join();
    }),
  );
  return looks.join("|");
}

function nameOf(element: Element): string {
  const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
  return `${element.tagName.toLowerCase()} ${element.id} “${name.trim().slice(0, 40)}”`;
}

/** Notes that it was reached, and tells whether that was so before. */
function note(element: Element): boolean {
  const again = element.hasAttribute("data-reached");
  element.setAttribute("data-reached", "");
  return again;
}

/** Controls that are seen and that neither Tab nor, within a group, the arrows come to. */
function unreached(root: Element): string[] {
  const controls = root.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [role='button'], [role='link'], " +
      "[role='switch'], [role='combobox'], [role='slider'], [role='checkbox']",
  );
  // Within these the arrows go on.
  const groups =
    "[role='menu'], [role='tablist'], [role='tree'], [role='radiogroup'], [role='listbox'], " +
    ".ant-input-number";
  return [...controls]
    .filter((one) => !one.matches(":disabled, [type='file'], [type='hidden'], [inert] *"))
    .filter((one) => one.getAttribute("aria-disabled") !== "true")
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => one.closest("[aria-hidden='true']") === null)
    .filter((one) => {
      const group = one.closest(groups) ?? one;
      return !group.matches("[data-reached]") && !group.querySelector("[data-reached]");
    })
    .map((one) => {
      const name = one.getAttribute("aria-label") ?? one.textContent ?? "";
      return `not reached: ${one.tagName.toLowerCase()} “${name.trim().slice(0, 40)}”`;
    });
}

/** Whether the next stop lies in the same field, such as what shows a password: the mark stays. */
function isSameField(element: Element): boolean {
  const field = element.closest(".ant-input-affix-wrapper, .ant-select, .ant-picker");
  return field?.contains(document.activeElement) ?? false;
}

/** Where the focus is; null when it is nowhere on the page. */
async function focused(page: Page): Promise<ElementHandle<Element> | null> {
  const handle = await page.evaluateHandle(() =>
    document.activeElement === document.body ? null : document.activeElement,
  );
  return handle.asElement();
}

/**
 * Walks with Tab through all of a page, or of a dialog that keeps the focus, and gives what is wrong:
 * controls that are not reached, and stops at which nothing shows where one is.
 */
export async function faultsOfKeys(page: Page, within = "body"): Promise<string[]> {
  await standStill(page);
  if (within === "body") await page.evaluate(beginAtTheTop);
  const faults: string[] = [];
  const first = await focused(page);
  let last: { stop: ElementHandle<Element>; look: string } | null = null;
  if (first) {
    await first.evaluate(note);
    last = { stop: first, look: await first.evaluate(lookOf) };
  }
  for (let stops = 0; stops < STOPS_MAX; stops += 1) {
    await page.keyboard.press("Tab");
    const stop = await focused(page);
    // A field for a day has stops of its own: day, month, year, and the calendar.
    if (last && (await last.stop.evaluate((one) => one === document.activeElement))) continue;
    const left = last && !(await last.stop.evaluate(isSameField)) ? last : null;
    if (left && (await left.stop.evaluate(lookOf)) === left.look) {
      faults.push(`not marked: ${await left.stop.evaluate(nameOf)}`);
    }
    if (stop === null) break;
    if (await stop.evaluate(note)) break;
    last = { stop, look: await stop.evaluate(lookOf) };
  }
  const missed = await page.locator(within).last().evaluate(unreached);
  return [...faults, ...missed];
}
