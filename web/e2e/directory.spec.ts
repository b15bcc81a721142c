import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";

const HEADINGS = "单位编码,单位名称,上级单位编码,单位类型,生效日期";
const WRONG = `${HEADINGS}\nHQ,Head office,,bureau,2025-01-01\nNET,Network,NOPE,section,2025-01-01\n`;
const RIGHT = `${HEADINGS}\nHQ,Head office,,bureau,2025-01-01\nNET,Network,HQ,section,2025-01-01\n`;

let mainstay: Mainstay;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  mainstay = await startMainstay();
});

test.afterAll(async () => {
  await mainstay.stop();
});

async function chooseFile(page: Page, text: string): Promise<void> {
  const file = { name: "units.csv", mimeType: "text/csv", buffer: Buffer.from(text) };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByRole("combobox", { name: "What the CSV file is about" }).click();
  await page.getByTitle("Units", { exact: true }).last().click();
}

async function choose(page: Page, name: string, typed: string, option: RegExp): Promise<void> {
  const box = page.getByRole("dialog").getByRole("combobox", { name });
  await box.click();
  await box.fill(typed);
  await page.locator(".ant-select-dropdown:visible").getByText(option).first().click();
}

test("from a file with a fault to an organisation, a person, a post, and its past", async ({
  page,
}) => {
  const complaints = complaintsOf(page);
  await firstRun(page, mainstay);

  await page.goto(`${mainstay.url}/directory-import`);
  await chooseFile(page, WRONG);
  await expect(page.getByText(/cells are wrong/)).toBeVisible();
  await expect(page.getByRole("cell", { name: "NOPE" })).toBeVisible();
  const [csv] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download as CSV" }).click(),
  ]);
  expect(csv.suggestedFilename()).toBe("import-faults.csv");

  // Whoever comes back finds what came of the file.
  await page.reload();
  await expect(page.getByRole("cell", { name: "NOPE" })).toBeVisible();
  await expect(page.getByText("Choose the file again", { exact: false })).toBeVisible();
  await expect(page.getByRole("main").getByRole("button", { name: /Import$/ })).toBeDisabled();

  await chooseFile(page, RIGHT);
  await expect(page.getByText("Nothing is wrong.", { exact: false })).toBeVisible();
  await page.getByRole("main").getByRole("button", { name: /Import$/ }).click();
  await expect(page.getByText("The organisation is imported")).toBeVisible();

  await page.getByRole("link", { name: "See the units" }).click();
  const tree = page.getByRole("tree", { name: "Tree of units" });
  await tree.getByText("Network").click();
  await expect(page.getByRole("heading", { level: 1, name: "Network" })).toBeVisible();

  await page.getByRole("button", { name: "New post" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Code").fill("ENG");
  await dialog.getByLabel("Title in English").fill("Network engineer");
  await dialog.getByLabel(/^From/).fill("2025-01-01");
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("cell", { name: "Network engineer" })).toBeVisible();

  await page.goto(`${mainstay.url}/people`);
  await page.getByRole("button", { name: "New person" }).click();
  await dialog.getByLabel("Name", { exact: true }).fill("王小明");
  await dialog.getByLabel("Employee number").fill("1001");
  await dialog.getByLabel(/^From/).fill("2025-01-01");
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("link", { name: "王小明" })).toBeVisible();

  await page.getByRole("searchbox", { name: /pinyin/ }).fill("wxm");
  await expect(page).toHaveURL(/q=wxm/);
  await page.getByRole("link", { name: "王小明" }).click();
  await page.getByRole("button", { name: "Give a post" }).click();
  await choose(page, "Post", "ENG", /Network engineer/);
  await dialog.getByLabel(/^From/).fill("2026-02-01");
  await dialog.getByRole("button", { name: "Give a post" }).click();
  const holdings = page.getByRole("region", { name: "Holdings, past and to come" }).first();
  await expect(holdings.getByText("Network engineer")).toBeVisible();
  await expect(holdings.getByText("holds it")).toBeVisible();

  await page.getByRole("textbox", { name: "As of" }).fill("2026-01-15");
  await expect(holdings.getByText("Network engineer")).toBeVisible();
  await expect(holdings.getByText("to come", { exact: true })).toBeVisible();
  expect(complaints).toEqual([]);
});

test("a unit is renamed from a day on, and another day shows what it was", async ({ page }) => {
  const complaints = complaintsOf(page);
  await page.goto(`${mainstay.url}/sign-in`);
  await page.getByLabel("User name").fill("admin");
  await page.getByLabel("Password").fill("seven quiet herons fly");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "What is wrong now" })).toBeVisible();

  await page.goto(`${mainstay.url}/units`);
  await page.getByRole("tree", { name: "Tree of units" }).getByText("Network").click();
  await page.getByRole("button", { name: "edit Edit", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name in English").fill("Network and security");
  await dialog.getByLabel("Name in Chinese").fill("网络与安全");
  await dialog.getByLabel(/^From/).fill("2026-06-01");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Network and security" })).toBeVisible();

  await page.getByRole("textbox", { name: "As of" }).fill("2026-03-01");
  await expect(page.getByRole("heading", { level: 1, name: "Network", exact: true })).toBeVisible();
  await expect(page.getByText(/called otherwise/)).toBeVisible();
  expect(complaints).toEqual([]);
});

test("since when a unit is there is corrected, from the top down", async ({ page }) => {
  const dialog = page.getByRole("dialog");
  const correct = async (unit: string, day: string) => {
    await page.getByRole("tree", { name: "Tree of units" }).getByText(unit).click();
    await expect(page.getByRole("heading", { level: 1, name: unit })).toBeVisible();
    await page.getByRole("button", { name: "Reorganise" }).click();
    await page.getByRole("menuitem", { name: "Correct the beginning" }).click();
    await dialog.getByLabel("There since").fill(day);
    await dialog.getByRole("button", { name: "Correct the beginning" }).click();
  };
  await page.goto(`${mainstay.url}/sign-in`);
  await page.getByLabel("User name").fill("admin");
  await page.getByLabel("Password").fill("seven quiet herons fly");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "What is wrong now" })).toBeVisible();
  await page.goto(`${mainstay.url}/units`);

  // A later day is no correction, and what it is part of must have been there.
  await correct("Network and security", "2026-02-01");
  await expect(dialog.getByText("earlier than", { exact: false }).first()).toBeVisible();
  await dialog.getByLabel("There since").fill("2001-01-01");
  await dialog.getByRole("button", { name: "Correct the beginning" }).click();
  await expect(dialog.getByText("parent_id", { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();

  for (const unit of ["Head office", "Network and security"]) {
    await correct(unit, "2001-01-01");
    await expect(dialog).toBeHidden();
  }
  const history = page.getByRole("region", { name: "History" });
  await expect(history.getByText(/^2001-01-01 – 2026-/)).toBeVisible();

  await page.goto(`${mainstay.url}/places`);
  await page.getByRole("button", { name: "New region" }).click();
  await dialog.getByLabel("Code").fill("33");
  await dialog.getByLabel("Name in English").fill("Zhejiang");
  await dialog.getByRole("button", { name: "Create" }).click();
  const row = page.getByRole("row", { name: /Zhejiang/ });
  await row.getByRole("button", { name: "Correct the beginning" }).click();
  await dialog.getByLabel("There since").fill("2001-01-01");
  await dialog.getByRole("button", { name: "Correct the beginning" }).click();
  await expect(row.getByText("2001-01-01 – open")).toBeVisible();
});
