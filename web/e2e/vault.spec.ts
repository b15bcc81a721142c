import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { make } from "./things";

const VALUE = "the first value of all";
const FILE = "Contract of the year\n";

let mainstay: Mainstay;

test.beforeAll(async () => {
  mainstay = await startMainstay();
});

test.afterAll(async () => {
  await mainstay.stop();
});

/** Nothing that the server answers holds the value again. */
async function isNeverShown(page: Page): Promise<void> {
  const list = await page.evaluate(async () => (await fetch("/api/v1/secrets")).text());
  expect(list).toContain("Mail gateway");
  expect(list).not.toContain(VALUE);
  await expect(page.getByText(VALUE)).toHaveCount(0);
}

async function secrets(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/secrets`);
  await page.getByRole("button", { name: "New secret" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Mail gateway");
  await dialog.getByLabel("Value").fill(VALUE);
  await dialog.getByLabel("Who answers for it").fill("Network group");
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("row", { name: /Mail gateway/ });
  await expect(row.getByText("value 1")).toBeVisible();
  await isNeverShown(page);
  await row.getByRole("button", { name: "Replace value" }).click();
  await dialog.getByLabel("Value").fill("another value");
  await dialog.getByRole("button", { name: "Replace value" }).click();
  await expect(row.getByText("value 2")).toBeVisible();
  const vault = page.getByRole("region", { name: "Vault" });
  await vault.getByRole("button", { name: "Rotate master key" }).click();
  await dialog.getByRole("button", { name: "Rotate master key" }).click();
  await expect(vault.getByText("Seals")).toBeVisible();
  await row.getByRole("button", { name: "Remove", exact: true }).click();
  await dialog.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(row).toHaveCount(0);
}

async function attachments(page: Page): Promise<void> {
  const host = await make(page, "/resources", { kind: "host", name: "db-a" });
  await page.goto(`${mainstay.url}/resources/${host}`);
  const card = page.getByRole("region", { name: "Attachments" });
  const file = { name: "contract.txt", mimeType: "text/plain", buffer: Buffer.from(FILE) };
  await card.locator("input[type=file]").setInputFiles(file);
  const link = card.getByRole("link", { name: "contract.txt" });
  await expect(link).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  expect(await readFile(await download.path(), "utf8")).toBe(FILE);
  await card.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(link).toHaveCount(0);
}

async function settings(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/settings?q=notify.retention`);
  const row = page.getByRole("row", { name: /notify\.retention_days/ });
  await row.getByRole("button", { name: "Change notify.retention_days" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("spinbutton", { name: "Value" }).fill("99999");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText(/3,?650/).first()).toBeVisible();
  await dialog.getByRole("spinbutton", { name: "Value" }).fill("200");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(row.getByText("Set here")).toBeVisible();
  await row.getByRole("button", { name: "Change notify.retention_days" }).click();
  await dialog.getByRole("button", { name: "Back to default" }).click();
  await expect(row.getByText("Built-in default")).toBeVisible();
  await page.goto(`${mainstay.url}/settings?q=listen`);
  const listen = page.getByRole("row", { name: /--listen/ });
  await expect(listen.getByRole("button")).toBeDisabled();
}

test("secrets are kept unseen, files come back as they were, settings change", async ({ page }) => {
  await firstRun(page, mainstay);
  await secrets(page);
  const complaints = complaintsOf(page);
  await attachments(page);
  expect(complaints.filter((one) => !one.includes("404"))).toEqual([]);
  await settings(page);
});
