import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { aService } from "./service";
import type { Service } from "./service";

const FOUND_WITHIN_MS = 60_000;
const ALERT_WITHIN_MS = 30_000;

let mainstay: Mainstay;
let service: Service;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  mainstay = await startMainstay();
  service = await aService();
});

test.afterAll(async () => {
  await service.remove();
  await mainstay.stop();
});

/** The machine's charts are drawn and hold figures. */
async function seesThisMachine(page: Page): Promise<void> {
  const machine = page.getByRole("region", { name: /^This machine/ });
  await expect(machine.locator("canvas").first()).toBeVisible({ timeout: FOUND_WITHIN_MS });
  await expect(machine.getByRole("progressbar", { name: "Memory" })).toBeVisible();
  await machine.getByRole("link", { name: "Details" }).click();
  await expect(page.getByRole("heading", { name: "Charts" })).toBeVisible();
  const cpu = page.getByRole("figure", { name: "CPU by mode" });
  await expect(cpu.locator("canvas")).toBeVisible({ timeout: FOUND_WITHIN_MS });
}

/** The service that was started is found, and its check says that it is well. */
async function seesTheService(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/services`);
  const row = page.getByRole("row", { name: new RegExp(`:${service.port}\\b`) });
  await expect(row).toBeVisible({ timeout: FOUND_WITHIN_MS });
  const check = row.getByRole("link", { name: "Check", exact: true });
  await expect(check).toBeVisible({ timeout: FOUND_WITHIN_MS });
  await check.click();
  const head = page.getByRole("heading", { level: 1 });
  await expect(head.getByText("OK")).toBeVisible({ timeout: FOUND_WITHIN_MS });
}

test("from the first run to a stopped service, its alert and its end", async ({ page }) => {
  const complaints = complaintsOf(page);
  await firstRun(page, mainstay);
  await seesThisMachine(page);

  await service.start();
  await seesTheService(page);

  await page.goto(mainstay.url);
  await service.stop();
  const wrong = page.getByRole("region", { name: "What is wrong now" });
  const alert = wrong
    .getByRole("listitem")
    .filter({ hasText: String(service.port) })
    .getByRole("link")
    .first();
  await expect(wrong.getByRole("heading", { name: "Open alerts" })).toBeVisible({
    timeout: ALERT_WITHIN_MS,
  });
  await expect(alert).toBeVisible();
  await alert.click();

  await page.getByRole("button", { name: "Acknowledge" }).click();
  await page.getByRole("textbox", { name: "Comment" }).fill("I stopped it myself");
  await page.getByRole("dialog").getByRole("button", { name: "Acknowledge" }).click();
  await expect(page.getByText("I stopped it myself").first()).toBeVisible();

  await service.start();
  const head = page.getByRole("heading", { level: 1 });
  await expect(head.getByText("Closed")).toBeVisible({ timeout: ALERT_WITHIN_MS });

  await page.goto(`${mainstay.url}/journal?verb=alert.`);
  const journal = page.getByRole("region", { name: "Journal" });
  for (const fact of ["raised alert", "acknowledged alert", "closed alert"]) {
    await expect(journal.getByText(fact).first()).toBeVisible();
  }
  await page.goto(`${mainstay.url}/journal?verb=service.`);
  await expect(journal.getByText("discovered service").first()).toBeVisible();
  expect(complaints).toEqual([]);
});

test("one key finds a page and a resource", async ({ page }) => {
  const complaints = complaintsOf(page);
  await page.goto(`${mainstay.url}/sign-in`);
  await page.getByLabel("User name").fill("admin");
  await page.getByLabel("Password").fill("seven quiet herons fly");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "What is wrong now" })).toBeVisible();

  await page.keyboard.press("Control+k");
  const search = page.getByRole("combobox", { name: "Search" });
  await search.fill("journal");
  await expect(page.getByRole("option", { name: "Journal", exact: true })).toBeVisible();
  await search.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Journal" })).toBeVisible();

  await page.keyboard.press("Control+k");
  await search.fill(String(service.port));
  await page.getByRole("option", { name: new RegExp(String(service.port)) }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(String(service.port));
  expect(complaints).toEqual([]);
});
