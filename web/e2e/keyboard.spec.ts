import { expect, test } from "@playwright/test";
import type { Locator, Page } from "@playwright/test";
import { accessibilityFaults } from "./accessibility";
import { complaintsOf } from "./console";
import { firstRun, PASSWORD } from "./firstRun";
import { faultsOfKeys, tabTo } from "./keys";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { settled } from "./settled";
import { make } from "./things";

const UNITS = "单位编码,单位名称,上级单位编码,单位类型,生效日期\nHQ,Head office,,bureau,2025-01-01\n";

let mainstay: Mainstay;
let payroll: string;

test.beforeAll(async ({ browser }) => {
  mainstay = await startMainstay({ settings: ["host.watch=false"] });
  const page = await browser.newPage();
  await firstRun(page, mainstay);
  payroll = await make(page, "/resources", { kind: "business-system", name: "Payroll" });
  await page.context().close();
});

test.afterAll(async () => {
  await mainstay.stop();
});

/** Signs in without a mouse: the first field has the focus already. */
async function signIn(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/sign-in`);
  await expect(page.getByLabel("User name")).toBeFocused();
  await page.keyboard.type("admin");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
}

/** Goes to something by its name. */
async function find(page: Page, sought: string, heading: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Search" })).toBeFocused();
  await page.keyboard.type(sought);
  await expect(page.getByRole("option", { name: sought, selected: true })).toBeVisible();
  expect.soft(await accessibilityFaults(page), "accessibility of the search").toEqual([]);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
}

/** The dialog keeps the focus, whichever way one goes: more often than it has stops. */
async function keepsTheFocus(page: Page): Promise<void> {
  for (const key of ["Tab", "Shift+Tab"]) {
    for (let stop = 0; stop < 25; stop += 1) {
      await page.keyboard.press(key);
      const inside = await page.evaluate(
        () => document.activeElement?.matches(".ant-modal-wrap [role='dialog'] *") ?? false,
      );
      expect(inside, `${key} ${stop} stays in the dialog`).toBe(true);
    }
  }
}

/** From the end of a dialog Tab leads to its beginning, and Shift+Tab back. */
async function goesRound(page: Page, dialog: Locator): Promise<void> {
  const begin = dialog.getByRole("button", { name: "Close" });
  const end = dialog.getByRole("button", { name: "Save" });
  await tabTo(page, end);
  await page.keyboard.press("Tab");
  await expect(begin).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(end).toBeFocused();
}

test("from the sign-in to a changed resource without a mouse", async ({ page }) => {
  const complaints = complaintsOf(page);
  await signIn(page);
  await find(page, "Payroll", "Payroll");

  const edit = page.getByRole("button", { name: "Edit" });
  await tabTo(page, edit);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  expect.soft(await accessibilityFaults(page), "accessibility of a dialog").toEqual([]);
  await keepsTheFocus(page);
  await goesRound(page, dialog);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(edit).toBeFocused();

  await page.keyboard.press("Enter");
  const name = dialog.getByLabel("Name", { exact: true });
  await tabTo(page, name);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Payroll of the county");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("heading", { level: 1, name: "Payroll of the county" })).toBeVisible();
  await expect(edit).toBeFocused();
  expect(complaints).toEqual([]);
});

test("menus and the way past the navigation go by the keys", async ({ page }) => {
  await signIn(page);
  await find(page, "Resources", "Resources");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Resources" })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const tools = page.getByRole("button", { name: "Tools" });
  await expect(tools).toBeFocused();

  await page.keyboard.press("Enter");
  const menu = page.getByRole("menu").filter({ hasText: "Perhaps the same" });
  await expect(menu).toBeVisible();
  expect.soft(await accessibilityFaults(page), "accessibility of a menu").toEqual([]);
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(tools).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(menu).toBeVisible();
  const wanted = menu.getByRole("menuitem", { name: "Perhaps the same" });
  for (let down = 0; down < 8; down += 1) {
    if (await wanted.evaluate((one) => one === document.activeElement)) break;
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Perhaps the same" })).toBeVisible();
});

test("the organisation is imported without a mouse", async ({ page }) => {
  const complaints = complaintsOf(page);
  await signIn(page);
  // From here on the browser tells of choosers: asked for with the key, it may come too late.
  page.on("filechooser", () => undefined);
  await find(page, "Import", "Import the organisation");
  await tabTo(page, page.getByRole("main").getByRole("button", { name: /Drop a workbook/ }));
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.keyboard.press("Enter"),
  ]);
  const buffer = Buffer.from(UNITS);
  await chooser.setFiles({ name: "units.csv", mimeType: "text/csv", buffer });
  await tabTo(page, page.getByRole("combobox", { name: "What the CSV file is about" }));
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Nothing is wrong.", { exact: false })).toBeVisible();
  await tabTo(page, page.getByRole("main").getByRole("button", { name: /Import$/ }));
  await page.keyboard.press("Enter");
  await expect(page.getByText("The organisation is imported")).toBeVisible();
  await tabTo(page, page.getByRole("link", { name: "See the units" }));
  await page.keyboard.press("Enter");
  const tree = page.getByRole("tree", { name: "Tree of units" });
  // One unit alone stands in the tree, too.
  await expect(tree.getByText("Head office")).toBeVisible();
  expect(complaints).toEqual([]);
});

test("every control is reached by Tab, and one sees where one is", async ({ page }) => {
  await page.goto(`${mainstay.url}/sign-in`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect.soft(await faultsOfKeys(page), "sign-in").toEqual([]);
  await signIn(page);
  for (const path of ["/", "/resources", `/resources/${payroll}`, "/directory-import", "/units"]) {
    await page.goto(mainstay.url + path);
    await settled(page);
    expect.soft(await faultsOfKeys(page), path).toEqual([]);
  }
  await page.goto(`${mainstay.url}/checks?new=1`);
  await expect(page.getByRole("dialog")).toBeVisible();
  expect.soft(await faultsOfKeys(page, ".ant-modal-wrap"), "a dialog").toEqual([]);
});
