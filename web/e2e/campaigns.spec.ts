import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { choose, lookAround, lookLike, office } from "./office";
import type { Office } from "./office";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { settled } from "./settled";
import { make } from "./things";

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };

test.describe.configure({ mode: "serial" });

let mainstay: Mainstay;
let page: Page;
let complaints: string[];
let known: Office;
let campaign = "";

test.beforeAll(async ({ browser }) => {
  mainstay = await startMainstay();
  page = await (await browser.newContext({ viewport: DESK })).newPage();
  complaints = complaintsOf(page);
  await firstRun(page, mainstay);
  known = await office(page);
  for (const name of ["pc-1", "pc-2", "pc-3"]) {
    await make(page, "/resources", { kind: "host", name, unit_id: known.unit, tags: ["win"] });
  }
});

test.afterAll(async () => {
  await page.context().close();
  await mainstay.stop();
});

/** One machine in the list of a campaign. */
function machine(name: string) {
  return page.getByRole("listitem").filter({ has: page.getByRole("link", { name, exact: true }) });
}

test("a campaign is planned, its faults told at their fields, and started", async () => {
  await page.goto(`${mainstay.url}/campaigns`);
  await page.getByRole("button", { name: "New campaign" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Office upgrade");
  await dialog.getByLabel("Software", { exact: true }).fill("WPS Office");
  await dialog.getByLabel("Version", { exact: true }).fill("12.1");
  await dialog.getByLabel("Instructions").fill("Save the templates first.");
  await dialog.getByRole("textbox", { name: "Filter" }).fill("tag == (");
  await choose(dialog, page, "Unit", "Operations");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText(/Expected: /).first()).toBeVisible();
  await dialog.getByRole("textbox", { name: "Filter" }).fill('tag = "win"');
  await dialog.getByLabel("Version", { exact: true }).click();
  await expect(dialog.getByText("3 match now")).toBeVisible();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Office upgrade" })).toBeVisible();
  await expect(page.getByText("Save the templates first.")).toBeVisible();
  campaign = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Start" }).click();
  await expect(page.getByText("0 of 3 done with")).toBeVisible();
  // What comes to match later is not among them.
  await make(page, "/resources", { kind: "host", name: "pc-4", unit_id: known.unit, tags: ["win"] });
  await page.reload();
  await expect(machine("pc-3")).toBeVisible();
  await expect(machine("pc-4")).toBeHidden();
});

test("on a phone machines are done one by one, and a failure leads to its ticket and back", async () => {
  await page.setViewportSize(PHONE);
  await page.goto(mainstay.url + campaign);
  await page.getByRole("button", { name: "pc-1 is done" }).click();
  await expect(machine("pc-1").getByText("done", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Set state of pc-2" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("failed").check();
  await dialog.getByRole("button", { name: "Set", exact: true }).click();
  await expect(dialog.getByText("Needed")).toBeVisible();
  await dialog.getByLabel("Reason").fill("Disk full");
  await dialog.getByRole("button", { name: "Set", exact: true }).click();
  await expect(machine("pc-2").getByText("Disk full")).toBeVisible();
  await settled(page);
  await page.screenshot({ path: "test-results/screens/campaign-phone.png", fullPage: true });
  await machine("pc-2").getByRole("link", { name: /Ticket INC-/ }).click();
  await expect(page.getByRole("heading", { name: /Office upgrade · pc-2/ })).toBeVisible();
  await page.getByRole("link", { name: "a campaign of client software" }).click();
  await expect(page.getByText("2 of 3 done with")).toBeVisible();
});

test("several are set at once, what others changed meanwhile is named, and the end needs all", async () => {
  await page.setViewportSize(DESK);
  await page.goto(mainstay.url + campaign);
  await page.getByRole("button", { name: "Finish" }).click();
  await expect(page.getByText(/1 machines are still to be done/)).toBeVisible();
  await page.getByText("to do 1").click();
  await page.getByRole("checkbox", { name: "Choose all that are shown" }).check();
  await expect(page.getByText("1 chosen")).toBeVisible();
  await page.getByRole("button", { name: "Set state", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("skipped").check();
  await dialog.getByLabel("Reason").fill("Out of use");
  await dialog.getByRole("button", { name: "Set", exact: true }).click();
  await expect(page.getByText("3 of 3 done with")).toBeVisible();
  const file = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: "Workbook (XLSX)" }).click();
  expect((await file).suggestedFilename()).toBe("campaign.xlsx");
  await page.getByRole("button", { name: "Finish" }).click();
  await expect(page.getByText("finished", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Finish" })).toBeHidden();
  await lookAround(page, mainstay, "campaigns", "/campaigns");
  await lookAround(page, mainstay, "campaign", campaign);
  await lookLike(page, "en", "light");
  // The browser itself says what the server refused on purpose.
  expect(complaints.filter((one) => !/status of (400|409)/.test(one))).toEqual([]);
});
