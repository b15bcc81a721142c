import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { make } from "./things";

let mainstay: Mainstay;

test.beforeAll(async () => {
  mainstay = await startMainstay();
});

test.afterAll(async () => {
  await mainstay.stop();
});

/** A business system that needs two of three databases, and a site that needs the system. */
async function cluster(page: Page): Promise<{ shop: string; first: string }> {
  const resource = (kind: string, name: string) => make(page, "/resources", { kind, name });
  const shop = await resource("business-system", "Shop");
  const site = await resource("website", "Shop window");
  const databases = [];
  for (const name of ["db-a", "db-b", "db-c"]) databases.push(await resource("host", name));
  for (const to of databases) {
    await make(page, "/relations", { kind: "depends-on", from: shop, to });
  }
  await make(page, "/relations", { kind: "depends-on", from: site, to: shop });
  return { shop, first: databases[0] ?? "" };
}

async function filters(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/resources`);
  const filter = page.getByRole("combobox", { name: "Filter", exact: true });
  await filter.fill('name ~ "db-*"');
  await filter.press("Enter");
  await expect(page.getByRole("row", { name: /db-a/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /Shop window/ })).toHaveCount(0);
  await filter.fill("kind = hots");
  await filter.press("Enter");
  await expect(page.getByText("did you mean", { exact: false })).toBeVisible();
  await filter.fill('name ~ "db-*"');
  await filter.press("Enter");
  await page.getByRole("button", { name: "Save this filter" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("All databases");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("All databases")).toBeVisible();
}

async function failures(page: Page, first: string): Promise<void> {
  await page.goto(`${mainstay.url}/resources/${first}/graph`);
  await expect(page.getByRole("button", { name: "Let it fail" })).toBeEnabled();
  await page.getByRole("button", { name: "Let it fail" }).click();
  const impact = page.getByRole("region", { name: "Who fares worse, and why" });
  await expect(impact.getByRole("link", { name: "Shop", exact: true })).toBeVisible();
  await expect(impact.getByText("Shop window needs Shop")).toBeVisible();
}

async function plans(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/plans`);
  await page.getByRole("button", { name: "New plan" }).click();
  await page.getByRole("dialog").getByLabel("Title").fill("One database less");
  await page.getByRole("dialog").getByRole("button", { name: "Register" }).click();
  await page.getByRole("button", { name: "Add a change" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What is to be done").click();
  await page.getByTitle("Retire").click();
  await dialog.getByRole("combobox", { name: "Resource" }).fill("db-c");
  await page.getByTitle(/^db-c/).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Changes that cannot be made: 0")).toBeVisible();
  await page.getByRole("button", { name: "Submit" }).click();
  // Whoever wrote a plan does not approve it.
  await expect(page.getByRole("button", { name: "Approve" })).toBeDisabled();
  await expect(page.getByTitle("somebody else decides").first()).toBeVisible();
}

test("filters, failures and plans over the register", async ({ page }) => {
  const complaints = complaintsOf(page);
  await firstRun(page, mainstay);
  const { first } = await cluster(page);
  await filters(page);
  await failures(page, first);
  await plans(page);
  // The refusals above are answers of the server, which the browser counts as complaints.
  expect(complaints.filter((one) => !/status of 4\d\d/.test(one))).toEqual([]);
});
