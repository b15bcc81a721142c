import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { accessibilityFaults } from "./accessibility";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { organisation } from "./organisation";
import type { Organisation } from "./organisation";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { things } from "./things";
import type { Things } from "./things";
import { fits } from "./widths";

const SCREENS = "test-results/screens";
const LOOKS = [
  { language: "en", theme: "light" },
  { language: "en", theme: "dark" },
  { language: "zh", theme: "light" },
  { language: "zh", theme: "dark" },
] as const;
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };
const WALL = { width: 3840, height: 2160 };

type Look = (typeof LOOKS)[number];

/** The walk is long, and a machine may be busy with other things. */
const WALK_MS = 1_200_000;

let mainstay: Mainstay;
let state: Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>;
let known: Things & Organisation;

/** Waits until nothing is being read or unfolded any more. */
async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator(".ant-skeleton, .ant-spin-spinning")).toHaveCount(0);
}

async function look(page: Page, name: string, { language, theme }: Look): Promise<void> {
  await settled(page);
  await page.screenshot({
    path: `${SCREENS}/${name}-${language}-${theme}.png`,
    fullPage: true,
    animations: "disabled",
  });
  expect.soft(await accessibilityFaults(page), `accessibility of ${name} in ${language}, ${theme}`).toEqual([]);
}

/** What a browser remembers before anybody has signed in. */
async function remember(page: Page, { language, theme }: Look): Promise<void> {
  await page.addInitScript(
    ([one, other]) => {
      localStorage.setItem("mainstay.language", one ?? "");
      localStorage.setItem("mainstay.theme", other ?? "");
    },
    [language, theme],
  );
}

/** The pages of somebody signed in: name of the picture and address. */
function pagesOf(all: Things & Organisation): [string, string][] {
  return [
    ["home", "/"],
    ["resources", "/resources"],
    ["resource-host", `/resources/${all.host}`],
    ["resource-service", `/resources/${all.service}`],
    ["resource-graph", `/resources/${all.host}/graph`],
    ["kinds", "/kinds"],
    ["plans", "/plans"],
    ["plan", `/plans/${all.plan}`],
    ["reconciliation", "/reconciliation"],
    ["checks", "/checks"],
    ["check", `/checks/${all.check}`],
    ["check-new", "/checks?new=1"],
    ["services", "/services"],
    ["alerts", "/alerts"],
    ["alerts-closed", "/alerts?state=closed"],
    ["alert", `/alerts/${all.alert}`],
    ["alert-rules", "/alert-rules"],
    ["cardinality", "/cardinality"],
    ["cardinality-metric", "/cardinality?metric=node_load1"],
    ["journal", "/journal"],
    ["jobs", "/jobs"],
    ["units", "/units"],
    ["unit", `/units/${all.unit}`],
    ["unit-past", `/units/${all.unit}?as_of=2025-06-01`],
    ["posts", "/posts"],
    ["holdings", "/posts?tab=holdings"],
    ["people", "/people"],
    ["person", `/people/${all.person}`],
    ["places", "/places"],
    ["sites", "/places?tab=sites"],
    ["directory-import", "/directory-import"],
    ["directory-sources", "/directory-sources"],
    ["providers", "/providers"],
    ["users", "/users"],
    ["user", `/users/${all.user}`],
    ["groups", "/groups"],
    ["group", `/groups/${all.group}`],
    ["roles", "/roles"],
    ["grants", "/grants"],
    ["holders", "/holders?permission=resource.change"],
    ["separation", "/separation"],
    ["emergencies", "/emergencies"],
    ["reviews", "/reviews"],
    ["review", `/reviews/${all.review}`],
    ["tokens", "/tokens"],
    ["channels", "/channels"],
    ["messages", "/messages"],
    ["message", `/messages/${all.message}`],
    ["templates", "/templates"],
    ["template", "/templates/notify.test/edit"],
    ["notifications", "/notifications"],
    ["secrets", "/secrets"],
    ["settings", "/settings"],
    ["profile", "/profile"],
    ["not-found", "/nowhere"],
  ];
}

test.describe.configure({ timeout: WALK_MS });

test.beforeAll(async ({ browser }) => {
  mainstay = await startMainstay();
  for (const one of LOOKS) {
    const page = await browser.newPage();
    const complaints = complaintsOf(page);
    await remember(page, one);
    await page.goto(`${mainstay.url}/first-run`);
    await look(page, "first-run", one);
    expect(complaints).toEqual([]);
    await page.close();
  }
  const page = await browser.newPage();
  await firstRun(page, mainstay);
  known = { ...(await things(page)), ...(await organisation(page)) };
  state = await page.context().storageState();
  await page.close();
});

test.afterAll(async () => {
  await mainstay.stop();
});

for (const one of LOOKS) {
  test(`every page in ${one.language}, ${one.theme}`, async ({ browser }) => {
    const context = await browser.newContext({ storageState: state, viewport: DESK });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${mainstay.url}/profile`);
    await settled(page);
    await page.evaluate(async (wanted) => {
      const session = await (await fetch("/api/v1/session")).json();
      await fetch("/api/v1/profile", {
        method: "PATCH",
        headers: {
          "Content-Type": "application/json",
          "X-CSRF-Token": session.csrf_token,
          "If-Match": `"${session.user.version}"`,
        },
        body: JSON.stringify(wanted),
      });
    }, one);
    for (const [name, path] of pagesOf(known)) {
      await page.goto(mainstay.url + path);
      await expect(page.locator("html")).toHaveAttribute("lang", one.language === "zh" ? "zh-CN" : "en");
      await expect(page.locator("html")).toHaveAttribute("data-shade", one.theme);
      await look(page, name, one);
      // What is how wide has nothing to do with colours.
      if (one.theme === "light") await fits(page, `${name} in ${one.language}`);
    }
    await page.setViewportSize(PHONE);
    for (const [name, path] of [["home", "/"], ["alerts", "/alerts"], ["alert", `/alerts/${known.alert}`]]) {
      await page.goto(mainstay.url + path);
      await look(page, `phone-${name}`, one);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, `${name} fits the width of a phone`).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize(WALL);
    await page.goto(mainstay.url);
    await look(page, "wall-home", one);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test(`the sign-in in ${one.language}, ${one.theme}`, async ({ browser }) => {
    const page = await browser.newPage();
    const complaints = complaintsOf(page);
    await remember(page, one);
    await page.goto(`${mainstay.url}/sign-in`);
    await look(page, "sign-in", one);
    expect(complaints).toEqual([]);
    await page.close();
  });
}
