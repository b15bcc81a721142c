import { expect, test } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";

/** Rules are looked at every ten seconds, samples come as often. */
const RAISED_WITHIN_MS = 60_000;

let mainstay: Mainstay;

test.beforeAll(async () => {
  mainstay = await startMainstay();
});

test.afterAll(async () => {
  await mainstay.stop();
});

test("a rule on a query is refused with its place, mended, and raises an alert", async ({ page }) => {
  const complaints = complaintsOf(page);
  await firstRun(page, mainstay);
  await page.goto(`${mainstay.url}/alert-rules`);
  await page.getByRole("button", { name: "New rule" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name (English)").fill("Some load");
  await dialog.getByLabel("Name (Chinese)").fill("有负载");
  await dialog.getByRole("combobox", { name: "Watches" }).click();
  await page.getByTitle("A PromQL query").click();
  const query = dialog.getByLabel("Query");
  const save = dialog.getByRole("button", { name: "Create" });
  await query.fill("sum by (resource) (node_load1");
  await save.click();
  await expect(dialog.getByText("1:30: parse error", { exact: false })).toBeVisible();
  await query.fill("sum by (resource) (node_load1) >= 0");
  await dialog.getByLabel("For at least (s)").fill("0");
  await save.click();
  await expect(dialog).toHaveCount(0);
  await page.goto(`${mainstay.url}/alerts`);
  const alert = page.getByRole("row", { name: /Some load/ });
  await expect(alert).toBeVisible({ timeout: RAISED_WITHIN_MS });
  await expect(alert.getByText("of sum by (resource) (node_load1) >= 0", { exact: false })).toBeVisible();
  // The refusal is an answer of the server, which the browser counts as a complaint.
  expect(complaints.filter((one) => !/status of 400/.test(one))).toEqual([]);
});
