import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { accessibilityFaults, colourFaults } from "./accessibility";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { intake } from "./intake";
import { organisation } from "./organisation";
import type { Organisation } from "./organisation";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { followTo, settled } from "./settled";
import { things } from "./things";
import type { Things } from "./things";
import { fits } from "./widths";

const SCREENS = "test-results/screens";
const THEMES = ["light", "dark"] as const;
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };
const WALL = { width: 3840, height: 2160 };

interface Look {
  language: "en" | "zh";
  theme: (typeof THEMES)[number];
}

/** The walk is long, and a machine may be busy with other things. */
const WALK_MS = 1_200_000;

let mainstay: Mainstay;
let state: Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>;
let known: Things & Organisation;

async function look(page: Page, name: string, { language, theme }: Look): Promise<void> {
  await settled(page);
  await page.screenshot({
    path: `${SCREENS}/${name}-${language}-${theme}.png`,
    fullPage: true,
    animations: "disabled",
  });
  // Neither what a page is made of nor its colours have to do with the language.
  if (language === "zh") return;
  // What is not about colours was looked at in the light.
  const faults = await (theme === "light" ? accessibilityFaults(page) : colourFaults(page));
  expect.soft(faults, `accessibility of ${name} in ${language}, ${theme}`).toEqual([]);
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
    ["coming", "/coming-changes"],
    ["coming-organisation", "/coming-changes?of=organisation"],
    ["reconciliation", "/reconciliation"],
    ["checks", "/checks"],
    ["check", `/checks/${all.check}`],
    ["check-new", "/checks?new=1"],
    ["services", "/services"],
    ["incidents", "/incidents"],
    ["incidents-all", "/incidents?state=all"],
    ["silences", "/silences"],
    ["page-policies", "/page-policies"],
    ["watchdog", "/watchdog"],
    ["tickets", "/tickets"],
    ["tickets-over", "/tickets?list=over"],
    ["tickets-board", "/tickets?as=board&type=incident"],
    ["tickets-calendar", "/tickets?as=calendar"],
    ["ticket-new", "/tickets/new"],
    ["ticket", `/tickets/${all.ticket}`],
    ["ticket-figures", "/ticket-figures?by=unit"],
    ["hotline", "/hotline"],
    ["mails", "/mails"],
    ["mails-all", "/mails?state=every"],
    ["mailboxes", "/mailboxes"],
    ["major-incidents", "/major-incidents"],
    ["canned-replies", "/canned-replies"],
    ["publications", "/publications"],
    ["desk-set-up", "/desk-set-up"],
    ["ticket-type", "/desk-set-up/types/enquiry"],
    ["ticket-type-new", "/desk-set-up/new-type"],
    ["campaigns", "/campaigns"],
    ["knowledge", "/knowledge"],
    ["articles", "/articles"],
    ["rounds-missed", "/rounds?state=missed"],
    ["inspection-new", "/inspections/new"],
    ["inspection", `/inspections/${all.inspection}`],
    ["inspection-edit", `/inspections/${all.inspection}/edit`],
    ["inspection-course", `/inspections/${all.inspection}/course?item=temperature`],
    ["round", `/rounds/${all.round}`],
    ["work-plans-unit", `/work-plans?whose=unit&unit=${all.unit}&period=month`],
    ["alerts", "/alerts"],
    ["alerts-closed", "/alerts?state=closed"],
    ["alert", `/alerts/${all.alert}`],
    ["incident", `/incidents/${all.incident}`],
    ["alert-rules", "/alert-rules"],
    ["explore", "/explore?q=node_load1&as=graph&q=node_load1&as=table"],
    ["explore-heat", "/explore?q=node_load1&as=heat&q=sum(node_load1)&as=explain"],
    ["storage", "/storage"],
    ["forwarding", "/forwarding"],
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

/** The pages of the navigation that the list above does not know: named by their address. */
async function othersOf(page: Page, listed: [string, string][]): Promise<[string, string][]> {
  const links = page.getByRole("navigation", { name: /^(Main navigation|主导航)$/ }).locator("a[href^='/']");
  const paths = await links.evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? ""));
  const seen = new Set(listed.map(([, path]) => path));
  return [...new Set(paths)]
    .filter((path) => !seen.has(path))
    .map((path) => [path.slice(1).replaceAll(/\W+/g, "-"), path]);
}

/** Keeps that look for whoever is signed in. */
async function prefer(page: Page, wanted: Look): Promise<void> {
  await page.goto(`${mainstay.url}/profile`);
  await settled(page);
  await page.evaluate(async (body) => {
    const session = await (await fetch("/api/v1/session")).json();
    await fetch("/api/v1/profile", {
      method: "PATCH",
      headers: {
        "Content-Type": "application/json",
        "X-CSRF-Token": session.csrf_token,
        "If-Match": `"${session.user.version}"`,
      },
      body: JSON.stringify(body),
    });
  }, wanted);
}

/** Every page at a desk, each from the one before: the application is loaded once. */
async function atADesk(page: Page, wanted: Look): Promise<void> {
  const { language, theme } = wanted;
  const pages = pagesOf(known);
  await page.goto(mainstay.url);
  await settled(page);
  for (const [name, path] of [...pages, ...(await othersOf(page, pages))]) {
    await followTo(page, path);
    await expect(page.locator("html")).toHaveAttribute("lang", language === "zh" ? "zh-CN" : "en");
    await expect(page.locator("html")).toHaveAttribute("data-shade", theme);
    await look(page, name, wanted);
    // What is how wide has nothing to do with colours.
    if (theme === "light") await fits(page, `${name} in ${language}`);
  }
}

/** What people look at on the way, and what hangs on the wall. */
async function elsewhere(page: Page, wanted: Look): Promise<void> {
  await page.setViewportSize(PHONE);
  for (const [name, path] of [
    ["home", "/"],
    ["alerts", "/alerts"],
    ["alert", `/alerts/${known.alert}`],
    ["ticket", `/tickets/${known.ticket}`],
    ["round", `/rounds/${known.round}`],
    ["hotline", "/hotline"],
    ["mailboxes", "/mailboxes"],
  ]) {
    await page.goto(mainstay.url + path);
    await look(page, `phone-${name}`, wanted);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `${name} fits the width of a phone`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(WALL);
  await page.goto(mainstay.url);
  await look(page, "wall-home", wanted);
}

/** What is seen before anybody has signed in. */
async function outside(page: Page, path: string, wanted: Look): Promise<void> {
  const complaints = complaintsOf(page);
  const name = path.replaceAll(/\W+/g, "-");
  await remember(page, wanted);
  await page.goto(`${mainstay.url}/${path}`);
  await look(page, name, wanted);
  await page.setViewportSize(PHONE);
  await look(page, `phone-${name}`, wanted);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect.soft(overflow, `${name} fits the width of a phone`).toBeLessThanOrEqual(0);
  expect(complaints).toEqual([]);
  await page.close();
}

/**
 * Looks at every page in that language on a server of its own, in English in both themes: what is
 * dark has nothing to do with the language.
 */
export function walkIn(language: Look["language"]): void {
  test.describe.configure({ timeout: WALK_MS });

  test.beforeAll(async ({ browser }) => {
    mainstay = await startMainstay();
    for (const theme of THEMES) {
      await outside(await browser.newPage(), "first-run", { language, theme });
    }
    const page = await browser.newPage();
    await firstRun(page, mainstay);
    known = { ...(await things(page)), ...(await organisation(page)) };
    await intake(page, known.unit);
    state = await page.context().storageState();
    await page.close();
  });

  test.afterAll(async () => {
    await mainstay.stop();
  });

  for (const theme of language === "en" ? THEMES : THEMES.slice(0, 1)) {
    test(`every page in ${language}, ${theme}`, async ({ browser }) => {
      const context = await browser.newContext({ storageState: state, viewport: DESK });
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await prefer(page, { language, theme });
      await atADesk(page, { language, theme });
      await elsewhere(page, { language, theme });
      expect(complaints).toEqual([]);
      await context.close();
    });
  }

  for (const theme of THEMES) {
    test(`the sign-in in ${language}, ${theme}`, async ({ browser }) => {
      await outside(await browser.newPage(), "sign-in", { language, theme });
    });

    test(`the pages for everybody in ${language}, ${theme}`, async ({ browser }) => {
      for (const path of [
        "enquiry",
        "enquiry?form=request",
        "enquiry/status",
        "enquiry/answers",
      ]) {
        await outside(await browser.newPage(), path, { language, theme });
      }
    });
  }
}
