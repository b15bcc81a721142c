import { expect } from "@playwright/test";
import type { Browser, Page } from "@playwright/test";
import { PASSWORD } from "./firstRun";
import type { Mainstay } from "./server";

/** A program that calls the server: the user that it is, and what it may do. */
export interface Program {
  name: string;
  role: { name: string; title: string };
  permission: string;
}

const GIVEN = `${PASSWORD} at first`;
/** By it a user makes the token of its own. */
const OWN_TOKENS = "token.change";

async function choose(page: Page, name: string, option: RegExp): Promise<void> {
  await page.getByRole("dialog").getByRole("combobox", { name }).click();
  await page.locator(".ant-select-dropdown:visible").getByText(option).first().click();
}

/** Makes the role of a program. */
async function aRole(page: Page, mainstay: Mainstay, program: Program): Promise<void> {
  await page.goto(`${mainstay.url}/roles`);
  await page.getByRole("button", { name: "New role" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill(program.role.name);
  await dialog.getByLabel("Title in English").fill(program.role.title);
  await dialog.getByLabel("Title in Chinese").fill(program.role.title);
  for (const permission of [program.permission, OWN_TOKENS]) {
    await dialog.getByRole("searchbox", { name: "Find a permission" }).fill(permission);
    await dialog.getByRole("checkbox", { name: new RegExp(`\\b${permission}$`) }).check();
  }
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("cell", { name: program.role.title, exact: true })).toBeVisible();
}

/** Makes the user of a program, and grants it its role. */
async function aUser(page: Page, mainstay: Mainstay, program: Program): Promise<void> {
  await page.goto(`${mainstay.url}/users`);
  await page.getByRole("button", { name: "New user" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("User name").fill(program.name);
  await choose(page, "Role", /None yet/);
  await dialog.getByLabel("Password", { exact: true }).fill(GIVEN);
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByRole("link", { name: program.name, exact: true }).click();
  await page.getByRole("button", { name: "Grant a role" }).click();
  await choose(page, "Role", new RegExp(program.role.title));
  await choose(page, "Scope", /Everything/);
  await dialog.getByLabel("Reason").fill("It calls by itself");
  await dialog.getByRole("button", { name: "Grant a role" }).click();
  await expect(page.getByRole("cell", { name: "It calls by itself" }).first()).toBeVisible();
}

/** Signs in as the program's user for the first time, and makes its token. */
async function aToken(browser: Browser, mainstay: Mainstay, program: Program): Promise<string> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${mainstay.url}/sign-in`);
  await page.getByLabel("User name").fill(program.name);
  await page.getByLabel("Password").fill(GIVEN);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Choose your own password" })).toBeVisible();
  await page.getByLabel("Current password").fill(GIVEN);
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByLabel("Password again").fill(PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByRole("link", { name: "API tokens" }).click();
  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What it is for").fill(program.role.title);
  await choose(page, "May do", /All that its user may/);
  await dialog.getByRole("button", { name: "Create" }).click();
  const secret = dialog.getByRole("textbox", { name: `The token “${program.role.title}”` });
  const token = await secret.inputValue();
  await dialog.getByRole("button", { name: "Done" }).click();
  await context.close();
  return token;
}

/** Lets a program in, as an administrator does by the pages; gives its token. */
export async function letIn(
  browser: Browser,
  page: Page,
  mainstay: Mainstay,
  program: Program,
): Promise<string> {
  await aRole(page, mainstay, program);
  await aUser(page, mainstay, program);
  return aToken(browser, mainstay, program);
}
