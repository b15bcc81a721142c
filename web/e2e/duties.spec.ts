import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { organisation } from "./organisation";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { followTo, settled } from "./settled";
import { appoint, EVERYTHING, place, signedIn } from "./staff";
import type { Duty } from "./staff";
import { make, things } from "./things";
import type { Things } from "./things";

/** Links followed from the pages of one person, besides the navigation; and of those alike. */
const LINKS_MAX = 12;
const ALIKE_MAX = 1;
const SCREENS = "test-results/screens";

let mainstay: Mainstay;
let known: Things;
let region: string;

/** Who is looked after: the region stands for whatever part somebody is limited to. */
const DUTIES: (Omit<Duty, "scope"> & { within: boolean })[] = [
  { name: "operator", role: "operator", within: true },
  { name: "region-admin", role: "administrator", within: true },
  { name: "security", role: "security-administrator", within: false },
  { name: "auditor", role: "audit-administrator", within: false },
  { name: "sysadmin", role: "system-administrator", within: false },
  { name: "viewer", role: "viewer", within: false },
  { name: "newcomer", role: null, within: false },
];

test.beforeAll(async ({ browser }) => {
  mainstay = await startMainstay();
  const page = await browser.newPage();
  await firstRun(page, mainstay);
  known = await things(page);
  await organisation(page);
  region = await make(page, "/regions", {
    code: "37",
    name: { en: "Shandong", zh: "山东省" },
    from: "2025-01-01",
  });
  await place(page, known.host, region);
  for (const { name, role, within } of DUTIES) {
    await appoint(page, { name, role, scope: within ? { kind: "region", ids: [region] } : EVERYTHING });
  }
  await page.close();
});

test.afterAll(async () => {
  await mainstay.stop();
});

/** Collects the answers that somebody who does nothing wrong must never get. */
function refusalsOf(page: Page): string[] {
  const refusals: string[] = [];
  page.on("response", (response) => {
    if (response.status() < 400) return;
    const path = response.url().replace(mainstay.url, "");
    refusals.push(`${new URL(page.url()).pathname}: ${response.status()} ${path}`);
  });
  return refusals;
}

/** Goes on to a page of the application and gives where its links lead. */
async function visit(page: Page, path: string): Promise<string[]> {
  await followTo(page, path);
  const alerts = page.getByRole("alert");
  await expect.soft(alerts, `${path} shows no error`).toHaveCount(0, { timeout: 2000 });
  const links = page.locator("main a[href^='/']:not([href^='/api/'])");
  return links.evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? ""));
}

/** Links that lead to pages not seen yet, a few of each sort: one thing's page is like another's. */
function worthFollowing(found: string[], seen: Set<string>): string[] {
  const alike = new Map<string, number>();
  const isNew = (path: string) => {
    const sort = path.replace(/\?.*$/, "").replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "*");
    const count = (alike.get(sort) ?? 0) + 1;
    alike.set(sort, count);
    return count <= ALIKE_MAX;
  };
  return [...new Set(found)].filter((path) => !seen.has(path)).filter(isNew).slice(0, LINKS_MAX);
}

for (const duty of DUTIES) {
  test(`nothing is refused to the ${duty.name} on their own pages`, async ({ browser }) => {
    const page = await signedIn(browser, mainstay, duty.name);
    const refusals = refusalsOf(page);
    const complaints = complaintsOf(page);
    await settled(page);
    await page.screenshot({ path: `${SCREENS}/home-of-${duty.name}.png`, fullPage: true });
    const menu = page.getByRole("navigation", { name: "Main navigation" }).locator("a[href^='/']");
    const entries = await menu.evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? ""));
    const seen = new Set<string>();
    const found: string[] = [];
    for (const path of [...entries, "/profile"]) {
      if (seen.has(path)) continue;
      seen.add(path);
      found.push(...(await visit(page, path)));
    }
    for (const path of worthFollowing(found, seen)) await visit(page, path);
    await visit(page, "/");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search" }).fill("back");
    await expect(page.getByRole("listbox")).toBeVisible();
    await expect(page.getByText("Not live: reconnecting")).toHaveCount(0);
    expect(refusals).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
}

test("a page that is not for somebody says so, and asks for nothing", async ({ browser }) => {
  const page = await signedIn(browser, mainstay, "operator");
  const refusals = refusalsOf(page);
  for (const [path, reason] of [
    ["/jobs", "You hold the right “job.read” for a part only; this needs it for everything"],
    ["/users", "Your role lacks the right “user.read”"],
  ] as const) {
    await page.goto(mainstay.url + path);
    await expect(page.getByText(reason)).toBeVisible();
  }
  expect(refusals).toEqual([]);
  await page.context().close();
});

test("each finds on the first page what they are there for", async ({ browser }) => {
  const operator = await signedIn(browser, mainstay, "operator");
  const estate = operator.getByRole("region", { name: "Your resources" });
  await expect(estate.getByText("In use")).toBeVisible();
  await expect(operator.getByRole("region", { name: /^Host: / })).toBeVisible();

  const guest = await (await browser.newContext()).newPage();
  await guest.goto(`${mainstay.url}/sign-in`);
  await guest.getByLabel("User name").fill("viewer");
  await guest.getByLabel("Password").fill("not the right one");
  await guest.getByRole("button", { name: "Sign in" }).click();
  await expect(guest.getByRole("alert")).toBeVisible();

  const security = await signedIn(browser, mainstay, "security");
  const failures = security.getByRole("region", { name: "Failed sign-ins of the last day" });
  await expect(failures.getByRole("link", { name: "viewer" })).toBeVisible();
  await expect(security.getByRole("region", { name: "Waiting for judgement" })).toBeVisible();

  const auditor = await signedIn(browser, mainstay, "auditor");
  await expect(auditor.getByRole("region", { name: "How the journal is kept" })).toBeVisible();
  await expect(auditor.getByRole("region", { name: "Exports of the journal" })).toBeVisible();
  const due = auditor.getByRole("region", { name: "Waiting for judgement" });
  await expect(due.getByRole("link", { name: "Review of this year" })).toBeVisible();

  const newcomer = await signedIn(browser, mainstay, "newcomer");
  await expect(newcomer.getByText(/^You may not do anything here yet/)).toBeVisible();
  // What stays open goes on asking, beside everything that comes after.
  for (const page of [operator, guest, security, auditor, newcomer]) await page.context().close();
});
