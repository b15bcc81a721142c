import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { firstRun } from "./firstRun";
import { CLIENT_ID, CLIENT_SECRET, startProvider } from "./oidcProvider";
import type { IdentityProvider } from "./oidcProvider";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";

let mainstay: Mainstay;
let provider: IdentityProvider;

test.beforeAll(async () => {
  mainstay = await startMainstay({ named: true });
  provider = await startProvider(mainstay.url);
});

test.afterAll(async () => {
  await provider.stop();
  await mainstay.stop();
});

async function addProvider(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/providers`);
  await expect(page.getByText("Nobody vouches for users yet")).toBeVisible();
  await page.getByRole("button", { name: "Add a provider" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Label").fill("Test SSO");
  await dialog.getByLabel("Issuer").fill(provider.issuer);
  await dialog.getByLabel("Client ID").fill(CLIENT_ID);
  await dialog.getByLabel("Client secret").fill(CLIENT_SECRET);
  await dialog.getByRole("switch", { name: "People without an account get one" }).click();
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(`${mainstay.url}/sign-in/back`)).toBeVisible();
}

/** The provider's own pages: anybody is who they say. */
async function beAtTheProvider(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder("Enter any login").fill(name);
  await page.getByPlaceholder("and password").fill("anything");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

test("people sign in by a provider that the administrator has added", async ({
  page,
  context,
}) => {
  await firstRun(page, mainstay);
  await addProvider(page);
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByText(`${provider.issuer} answers`)).toBeVisible();

  await context.clearCookies();
  await page.goto(`${mainstay.url}/sign-in?back=/profile`);
  await page.getByRole("button", { name: "Sign in with Test SSO" }).click();
  await beAtTheProvider(page, "linwei");
  await expect(page.getByRole("heading", { name: "My profile" })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe("/profile");
  await expect(page.getByText("linwei").first()).toBeVisible();
  await expect(page.getByRole("cell", { name: provider.issuer })).toBeVisible();

  // The address with the code is good for nothing a second time.
  await context.clearCookies();
  await page.goto(`${mainstay.url}/sign-in/back?code=x&state=${"A".repeat(43)}`);
  await expect(page.getByRole("heading", { name: "You are not signed in" })).toBeVisible();
  await page.getByRole("button", { name: "Back to signing in" }).click();
  await expect(page.getByRole("button", { name: "Sign in with Test SSO" })).toBeVisible();
});
