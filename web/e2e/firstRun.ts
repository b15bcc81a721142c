import { expect } from "@playwright/test";
import type { Page } from "@playwright/test";
import type { Mainstay } from "./server";

export const PASSWORD = "seven quiet herons fly";
/** The first page after the first start reads everything for the first time. */
const IN_WITHIN_MS = 60_000;

/** Follows the one-time link and makes the first administrator. */
export async function firstRun(page: Page, mainstay: Mainstay): Promise<void> {
  await page.goto(mainstay.firstRunLink);
  await page.getByLabel("User name").fill("admin");
  await page.getByLabel("Your name").fill("Ada Lin");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password again").fill(PASSWORD);
  await page.getByRole("button", { name: "Create and sign in" }).click();
  const home = page.getByRole("heading", { name: "What is wrong now" });
  await expect(home).toBeVisible({ timeout: IN_WITHIN_MS });
}
