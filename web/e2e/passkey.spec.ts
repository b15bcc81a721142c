import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { PASSWORD, firstRun } from "./firstRun";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";

let mainstay: Mainstay;

test.beforeAll(async () => {
  mainstay = await startMainstay({ named: true });
});

test.afterAll(async () => {
  await mainstay.stop();
});

/** Puts an authenticator of its own into the browser: with a PIN, and room for credentials. */
async function authenticator(page: Page): Promise<void> {
  const chromium = await page.context().newCDPSession(page);
  await chromium.send("WebAuthn.enable");
  await chromium.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function isIn(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { name: "What is wrong now" })).toBeVisible();
}

async function addPasskey(page: Page, name: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Add a passkey" }).click();
  const list = page.getByRole("list", { name: "Recovery codes" });
  await expect(list.getByRole("listitem")).toHaveCount(10);
  await page.getByRole("button", { name: "Done" }).click();
}

test("a second factor is demanded, a passkey set up, and one signs in with it", async ({
  page,
  context,
}) => {
  const complaints = complaintsOf(page);
  await authenticator(page);
  await firstRun(page, mainstay);

  // Whoever requires it of everybody is the first who must have one.
  await page.goto(`${mainstay.url}/separation`);
  const policy = page.getByRole("region", { name: "Who must have a second factor" });
  await policy.getByRole("button", { name: "Change" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Required of").click();
  await page.getByTitle("Everybody").click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Set up a second factor" })).toBeVisible();

  await page.getByRole("button", { name: "Passkey" }).click();
  await addPasskey(page, "Desk key");
  await page.goto(`${mainstay.url}/separation`);
  await expect(page.getByText("Everybody of whom it is required has one")).toBeVisible();

  await context.clearCookies();
  await page.goto(`${mainstay.url}/sign-in`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await isIn(page);

  await context.clearCookies();
  await page.goto(`${mainstay.url}/sign-in`);
  await page.getByLabel("User name").fill("admin");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "One more step" })).toBeVisible();
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await isIn(page);

  // The last one stays as long as one is required.
  await page.goto(`${mainstay.url}/profile`);
  const passkeys = page.getByRole("region", { name: "Passkeys" }).first();
  await expect(passkeys.getByText("Desk key")).toBeVisible();
  await passkeys.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByLabel("Password").fill(PASSWORD);
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("a second factor is required of you")).toBeVisible();

  await page.goto(`${mainstay.url}/journal?verb=user.`);
  const journal = page.getByRole("region", { name: "Journal" });
  await expect(journal.getByText("added a passkey").first()).toBeVisible();
  expect(complaints.filter((one) => !/status of (403|409)/.test(one))).toEqual([]);
});
