import { expect } from "@playwright/test";
import type { Browser, Locator, Page } from "@playwright/test";
import { accessibilityFaults, colourFaults } from "./accessibility";
import type { Mainstay } from "./server";
import { settled } from "./settled";
import { appoint, EVERYTHING, signedIn } from "./staff";
import { change, make } from "./things";

const SCREENS = "test-results/screens";
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };
const FROM = "2025-01-01";
/** What the browser itself says about an answer that a page is told by design. */
export const STALE = /status of 412/;

/** The ids of two units. */
export interface Office {
  unit: string;
  other: string;
}

async function userNamed(page: Page, name: string): Promise<string> {
  const found = await page.evaluate(async () => (await fetch("/api/v1/users?limit=100")).json());
  const user = found.items.find((one: { name: string }) => one.name === name);
  return user.id;
}

/** Two units; the administrator and an agent of the desk are people of the first. */
export async function office(page: Page): Promise<Office> {
  const unit = await make(page, "/units", {
    code: "OPS",
    name: { en: "Operations", zh: "运维科" },
    from: FROM,
  });
  const other = await make(page, "/units", {
    code: "NET",
    name: { en: "Network", zh: "网络科" },
    from: FROM,
  });
  const person = (number: string, name: string) =>
    make(page, "/people", { number, name, unit_id: unit, from: FROM });
  const ada = await person("1001", "林爱达");
  const wang = await person("1002", "王芳");
  await make(page, "/roles", {
    name: "desk-agent",
    title: { en: "Desk agent", zh: "服务台坐席" },
    permissions: ["*.read", "ticket.*"],
  });
  await appoint(page, { name: "wangfang", role: "desk-agent", scope: EVERYTHING });
  await change(page, `/users/${await userNamed(page, "admin")}`, { person_id: ada });
  await change(page, `/users/${await userNamed(page, "wangfang")}`, { person_id: wang });
  return { unit, other };
}

/** What the browser remembers of how pages look. */
export async function lookLike(page: Page, language: string, theme: string): Promise<void> {
  await page.evaluate(
    ([one, other]) => {
      localStorage.setItem("mainstay.language", one ?? "");
      localStorage.setItem("mainstay.theme", other ?? "");
    },
    [language, theme],
  );
}

/** Each language, theme and size once; ends in 中文 at a desk. */
const LOOKS = [
  ["en", "dark", PHONE],
  ["zh", "light", DESK],
] as const;

/** Looks at a page as people do who use it, in all these ways. */
export async function lookAround(
  page: Page,
  mainstay: Mainstay,
  name: string,
  path: string,
): Promise<void> {
  for (const [language, theme, size] of LOOKS) {
    await lookLike(page, language, theme);
    // Who is signed in follows the machine unless they chose otherwise.
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize(size);
    await page.goto(`${mainstay.url}${path}`);
    await settled(page);
    await expect(page.locator("html")).toHaveAttribute("data-shade", theme);
    await page.evaluate(() => {
      for (const folded of document.querySelectorAll("details")) folded.open = true;
    });
    await page.screenshot({
      path: `${SCREENS}/${name}-${language}-${theme}-${size.width}.png`,
      fullPage: true,
      animations: "disabled",
    });
    const faults = await (theme === "light" ? accessibilityFaults(page) : colourFaults(page));
    expect.soft(faults, `accessibility of ${name} in ${language}, ${theme}`).toEqual([]);
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    expect.soft(sideways, `${name} fits ${size.width}`).toBeLessThanOrEqual(0);
  }
}

/** Chooses from a list that unfolds: a type, a unit. */
export async function choose(within: Page | Locator, page: Page, name: string, wanted: string) {
  // What is required has a star before its name.
  await within.getByRole("combobox", { name: new RegExp(`^(\\* )?${name}$`) }).click();
  // The list for screen readers lies there, too, and is not to be seen.
  const options = page
    .locator(".ant-select-dropdown:visible")
    .locator(".ant-select-item-option-content, .ant-select-tree-title");
  await options.filter({ hasText: wanted }).first().click();
}

/** A named part of a page. */
export function card(page: Page, name: string): Locator {
  return page.getByRole("region", { name, exact: true });
}

/** The agent of the desk, in a browser of their own, in 中文. */
export async function colleague(browser: Browser, mainstay: Mainstay): Promise<Page> {
  const page = await signedIn(browser, mainstay, "wangfang");
  await lookLike(page, "zh", "light");
  return page;
}
