import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { accessibilityFaults } from "./accessibility";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { fits } from "./widths";

const PHONE = { width: 390, height: 844 };

let mainstay: Mainstay;

test.beforeAll(async () => {
  mainstay = await startMainstay();
});

test.afterAll(async () => {
  await mainstay.stop();
});

/** Writes a query in place of the one that is there, and runs it. */
async function ask(page: Page, query: string): Promise<void> {
  const editor = page.getByRole("textbox", { name: "Query 1" });
  await editor.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  // As pasted: brackets are not closed for one who has closed them.
  await page.keyboard.insertText(query);
  await page.keyboard.press("Control+Enter");
}

/** Waits until this machine has been measured once. */
async function measured(page: Page): Promise<void> {
  const names = () =>
    page.evaluate(async () => {
      const answer = await fetch("/prometheus/api/v1/label/__name__/values");
      return (await answer.json()).data;
    });
  await expect.poll(names).toContain("node_load1");
}

/** A metric is found by its name, and drawn. */
async function find(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Find a metric for query 1" }).click();
  const finder = page.getByRole("dialog", { name: "Find a metric" });
  await finder.getByLabel("Part of a name or of what it means").fill("load1");
  await finder.getByRole("button", { name: "Use node_load1", exact: true }).click();
  await expect(page.getByRole("figure", { name: "Graph of query 1" })).toBeVisible();
  await expect(page.getByRole("checkbox", { name: /^node_load1/ })).toBeChecked();
  await expect(page.getByText(/1 series · \d+ samples read/)).toBeVisible();
  expect.soft(await accessibilityFaults(page), "accessibility of a graph").toEqual([]);
}

/** What the server says of a query stands beside it, with its place. */
async function notes(page: Page): Promise<void> {
  await ask(page, "rate(node_load1[5m])");
  const place = page.getByRole("button", { name: "Go to line 1, column 6" });
  await expect(place).toBeVisible();
  await place.click();
  await expect(page.getByRole("textbox", { name: "Query 1" })).toBeFocused();
  await ask(page, "sum(node_load1");
  const refusal = page.getByRole("alert").filter({ hasText: "The query cannot be read" });
  await expect(refusal).toBeVisible();
}

async function explained(page: Page): Promise<void> {
  await ask(page, "sum by (job) (node_load1) / 2");
  await expect(page.getByRole("figure", { name: "Graph of query 1" })).toBeVisible();
  await page.getByTitle("Explain").click();
  await expect(page.getByRole("heading", { name: "What it cost" })).toBeVisible();
  await expect(page.getByText("sum by (job)", { exact: true })).toBeVisible();
  await expect(page.getByRole("row", { name: "node_load1 1" })).toBeVisible();
  expect.soft(await accessibilityFaults(page), "accessibility of an explanation").toEqual([]);
}

/** What makes the series many, and what they take. */
async function stored(page: Page): Promise<void> {
  await page.getByRole("menuitem", { name: "Cardinality" }).click();
  const metrics = page.getByRole("region", { name: "Series by metric" }).first();
  await metrics.getByRole("button", { name: /^node_/ }).first().click();
  await expect(page.getByRole("region", { name: "Values by label" }).first()).toBeVisible();
  expect.soft(await accessibilityFaults(page), "accessibility of counts").toEqual([]);
  await page.getByRole("menuitem", { name: "Storage of series" }).click();
  await expect(page.getByText("Write-ahead log")).toBeVisible();
  await expect(page.getByText("Every part that was read is whole.")).toBeVisible();
  expect.soft(await accessibilityFaults(page), "accessibility of the storage").toEqual([]);
}

test("queries are found, drawn, judged, explained and shared", async ({ page }) => {
  const complaints = complaintsOf(page);
  await firstRun(page, mainstay);
  await measured(page);
  await page.getByRole("menuitem", { name: "Explore series" }).click();
  await find(page);
  await notes(page);
  await explained(page);
  await page.goto(page.url());
  await expect(page.getByText("sum by (job)", { exact: true })).toBeVisible();
  await fits(page, "explanation");
  const address = page.url();
  await stored(page);
  await page.setViewportSize(PHONE);
  await page.goto(address);
  await page.getByTitle("Table").click();
  await expect(page.getByRole("region", { name: "Answer of query 1" })).toBeVisible();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide, "fits the width of a phone").toBeLessThanOrEqual(0);
  // The refusal above is an answer of the server, which the browser counts as a complaint.
  expect(complaints.filter((one) => !/status of 400/.test(one))).toEqual([]);
});
