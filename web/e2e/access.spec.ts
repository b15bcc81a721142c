import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun, PASSWORD } from "./firstRun";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";

let mainstay: Mainstay;

test.beforeAll(async () => {
  mainstay = await startMainstay();
});

test.afterAll(async () => {
  await mainstay.stop();
});

async function choose(page: Page, name: string, option: RegExp): Promise<void> {
  await page.getByRole("dialog").getByRole("combobox", { name }).click();
  await page.locator(".ant-select-dropdown:visible").getByText(option).first().click();
}

/** Makes a user without a role. */
async function aUser(page: Page, name: string): Promise<void> {
  await page.goto(`${mainstay.url}/users`);
  await page.getByRole("button", { name: "New user" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("User name").fill(name);
  await choose(page, "Role", /None yet/);
  await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
}

/** Makes a user with one of the three duties: that wants a reason. */
async function anAuditor(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/users`);
  await page.getByRole("button", { name: "New user" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("User name").fill("audrey");
  await expect(dialog.getByLabel("Reason")).toBeHidden();
  await choose(page, "Role", /Audit administrator/);
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(dialog.getByText("Please fill this in")).toBeVisible();
  await dialog.getByLabel("Reason").fill("The audit of this year");
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("link", { name: "audrey", exact: true })).toBeVisible();
}

/** Makes a group with one user, and grants it the operator's role. */
async function aGroup(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog");
  await page.goto(`${mainstay.url}/groups`);
  await page.getByRole("button", { name: "New group" }).click();
  await dialog.getByLabel("Name").fill("On call");
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByRole("link", { name: "On call" }).click();
  await page.getByRole("button", { name: "Add a member" }).click();
  await choose(page, "User", /bob/);
  await dialog.getByRole("button", { name: "Add a member" }).click();
  await expect(page.getByRole("link", { name: "bob" })).toBeVisible();
  await page.getByRole("button", { name: "Grant a role" }).click();
  await choose(page, "Role", /Operator/);
  await choose(page, "Scope", /Everything/);
  await dialog.getByLabel("Reason").fill("The roster of this year");
  await dialog.getByRole("button", { name: "Grant a role" }).click();
  await expect(page.getByRole("cell", { name: "The roster of this year" })).toBeVisible();
}

test("a right is granted, explained, found, reviewed and taken away", async ({ page }) => {
  const complaints = complaintsOf(page);
  const dialog = page.getByRole("dialog");
  await firstRun(page, mainstay);
  await aUser(page, "bob");
  await anAuditor(page);
  await aGroup(page);

  await page.goto(`${mainstay.url}/users`);
  await page.getByRole("link", { name: "bob", exact: true }).click();
  const why = page.getByRole("region", { name: "What this user may do, and why" });
  await expect(why.getByRole("cell", { name: "group On call" })).toBeVisible();

  await page.goto(`${mainstay.url}/holders?permission=resource.change`);
  const holders = page.getByRole("region", { name: "Who can do what" });
  await expect(holders.getByRole("link", { name: /bob/ })).toBeVisible();
  await expect(holders.getByText(/group On call/)).toBeVisible();

  await page.goto(`${mainstay.url}/reviews`);
  await page.getByRole("button", { name: "Open a review" }).click();
  await dialog.getByLabel("Title").fill("Review of this year");
  await choose(page, "Reviewer", /admin/);
  await dialog.getByLabel("Last day").fill("2099-12-31");
  await dialog.getByRole("button", { name: "Open a review" }).click();
  const line = page.getByRole("row", { name: /bob/ });
  await line.getByRole("button", { name: "Take away" }).click();
  await dialog.getByLabel("Reason").fill("Left the roster");
  await dialog.getByRole("button", { name: "Take away" }).click();
  await expect(line.getByText("Taken away")).toBeVisible();

  await page.goto(`${mainstay.url}/holders?permission=resource.change`);
  await expect(holders.getByRole("link", { name: /admin/ })).toBeVisible();
  await expect(holders.getByRole("link", { name: /bob/ })).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test("a role is copied, a seal is broken, and the frame says so", async ({ page }) => {
  const complaints = complaintsOf(page);
  const dialog = page.getByRole("dialog");
  await page.goto(`${mainstay.url}/sign-in`);
  await page.getByLabel("User name").fill("admin");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "What is wrong now" })).toBeVisible();

  await page.goto(`${mainstay.url}/roles`);
  await page.getByRole("row", { name: /viewer/ }).getByRole("button", { name: "Copy" }).click();
  await dialog.getByLabel("Name", { exact: true }).fill("auditor");
  await dialog.getByLabel("Title in English").fill("Outside auditor");
  await dialog.getByLabel("Title in Chinese").fill("外部审计");
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("cell", { name: "Outside auditor" })).toBeVisible();

  await page.goto(`${mainstay.url}/emergencies`);
  await page.getByRole("button", { name: "Seal a role" }).first().click();
  await choose(page, "User", /admin/);
  await choose(page, "Role", /Operator/);
  await choose(page, "Scope", /Everything/);
  await dialog.getByLabel("Reason").fill("Nights");
  await dialog.getByRole("button", { name: "Seal a role" }).click();
  await page.getByRole("button", { name: "Break the seal" }).click();
  await dialog.getByLabel("Reason").fill("The line to the county is down");
  await dialog.getByRole("button", { name: "Break the seal" }).click();
  await expect(page.getByText(/^Emergency: you have the role Operator until/)).toBeVisible();
  await expect(page.getByText("Nobody has looked at it")).toBeVisible();

  expect(complaints).toEqual([]);
  await page.goto(`${mainstay.url}/separation`);
  await page.getByRole("button", { name: "Separate the duties" }).click();
  await dialog.getByLabel("Reason").fill("As the rules ask");
  await dialog.getByRole("button", { name: "Separate the duties" }).click();
  // Nobody holds the three duties yet: it is refused, and what was typed stays.
  await expect(dialog.getByRole("alert")).toBeVisible();
  await expect(dialog.getByLabel("Reason")).toHaveValue("As the rules ask");
});
