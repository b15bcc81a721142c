import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { firstRun } from "./firstRun";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { change, make } from "./things";

let mainstay: Mainstay;

test.beforeAll(async () => {
  mainstay = await startMainstay();
});

test.afterAll(() => mainstay.stop());

async function cancelled(page: Page, name: string): Promise<void> {
  const row = page.getByRole("row").filter({ hasText: name });
  await row.getByRole("button", { name: "Call off" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Call off" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(row).toHaveCount(0);
}

test("what was told for later is listed and cancelled", async ({ page }) => {
  await firstRun(page, mainstay);
  const host = await make(page, "/resources", { kind: "host", name: "web-7" });
  await page.goto(`${mainstay.url}/resources/${host}`);
  await page.getByRole("button", { name: "Edit" }).click();
  const edit = page.getByRole("dialog");
  await edit.getByLabel("Description").fill("Room 2");
  await edit.getByLabel("Counts from").fill("2031-01-01");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(edit).toHaveCount(0);
  const unit = await make(page, "/units", { code: "NET", name: { en: "Network" } });
  await change(page, `/units/${unit}`, { short_name: "Net", from: "2031-01-01" });

  await expect(page.getByRole("region", { name: "Coming changes" }).first()).toContainText("Room 2");
  await page.goto(`${mainstay.url}/coming-changes`);
  await cancelled(page, "web-7");
  await page.getByText("Organisation", { exact: true }).last().click();
  await expect(page.getByRole("row").filter({ hasText: "Network" })).toContainText("Short name");
  await page.goto(`${mainstay.url}/units/${unit}`);
  await expect(page.getByRole("region", { name: "Coming changes" }).first()).toContainText("Net");
  await page.goto(`${mainstay.url}/coming-changes?of=organisation`);
  await cancelled(page, "Network");
});
