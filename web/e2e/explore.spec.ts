import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { accessibilityFaults } from "./accessibility";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { fits } from "./widths";

/** One observation up to 1, two above it. */
const HISTOGRAM =
  'label_replace(vector(1), "le", "1", "", "") or label_replace(vector(3), "le", "+Inf", "", "")';
const EXPLAINED = "sum by (job) (node_load1) / 2";
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

/** A list that has just come ignores keys, which may have been meant for the text: some frames. */
async function frames(page: Page): Promise<void> {
  await page.evaluate(async (count) => {
    for (let frame = 0; frame < count; frame += 1) {
      await new Promise((done) => {
        requestAnimationFrame(done);
      });
    }
  }, 12);
}

/** Takes one of what the editor suggests, by the keys alone. */
async function take(page: Page, typed: string, wanted: RegExp): Promise<void> {
  await page.keyboard.type(typed);
  const option = page.getByRole("option", { name: wanted });
  await expect(option).toBeVisible();
  await frames(page);
  while ((await option.getAttribute("aria-selected")) !== "true") {
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  await expect(option).toBeHidden();
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

/** Functions, metrics, labels and their values are suggested while a query is written. */
async function written(page: Page): Promise<void> {
  const editor = page.getByRole("textbox", { name: "Query 1" });
  await editor.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await take(page, "max_ov", /^max_over_time/);
  await take(page, "(node_loa", /^node_load15/);
  await take(page, "{res", /^resource/);
  await take(page, '="', /^\w+/);
  await expect(editor).toHaveText(/^max_over_time\(node_load15\{resource="[\w-]+"\}\)$/);
  for (const key of ["End", "ArrowLeft"]) await page.keyboard.press(key);
  await page.keyboard.insertText("[5m]");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("checkbox", { name: /resource="/ })).toBeChecked();
}

/** A second query stands below the first, over the same range; one is a graph, one a table. */
async function several(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add a query" }).click();
  const second = page.getByRole("region", { name: "Query 2" });
  await second.getByRole("textbox", { name: "Query 2" }).click();
  await page.keyboard.insertText("node_load5");
  await page.keyboard.press("Control+Enter");
  const graph = second.getByRole("figure", { name: "Graph of query 2" });
  await expect(graph).toBeVisible();
  await second.getByTitle("Table").click();
  const table = second.getByRole("region", { name: "Answer of query 2" });
  await expect(table.getByText(/^node_load5/).first()).toBeVisible();
  await expect(graph).toBeHidden();
  await expect(page.getByRole("figure", { name: "Graph of query 1" })).toBeVisible();
  await second.getByTitle("Graph").click();
  await expect(graph).toBeVisible();
  await second.getByRole("button", { name: "Remove query 2" }).click();
  await expect(second).toBeHidden();
}

/** A stretch that is marked is looked at closer; the way back leads to the whole. */
async function zoomed(page: Page): Promise<void> {
  const figure = page.getByRole("figure", { name: "Graph of query 1" });
  const box = await figure.locator(".u-over").boundingBox();
  if (!box) throw new Error("the graph has no place to mark");
  const y = box.y + box.height / 2;
  // The newest minutes of the hour: there was nothing to measure before.
  await page.mouse.move(box.x + box.width * 0.85, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 2, y, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/[?&]range=[89]m/);
  await expect(page).toHaveURL(/[?&]end=/);
  await expect(figure).toBeVisible();
  await page.goBack();
  await expect(page).not.toHaveURL(/[?&]end=/);
  await expect(figure).toBeVisible();
}

/** How a histogram lies: read from its cells, and as figures. */
async function heated(page: Page): Promise<void> {
  await ask(page, HISTOGRAM);
  await page.getByTitle("Heat map").click();
  const figure = page.getByRole("figure", { name: "Heat map of query 1" });
  const drawing = figure.getByRole("img", { name: "Heat map of query 1" });
  const box = await drawing.boundingBox();
  if (!box) throw new Error("the heat map is not drawn");
  await drawing.hover({ position: { x: box.width / 2, y: box.height / 4 } });
  await expect(figure.getByText(/: 2 between 1 and \+∞$/)).toBeVisible();
  await drawing.hover({ position: { x: box.width / 2, y: (box.height * 3) / 4 } });
  await expect(figure.getByText(/: 1 between 0 and 1$/)).toBeVisible();
  await figure.getByRole("button", { name: "Table: Heat map of query 1" }).click();
  await expect(figure.getByRole("columnheader", { name: "up to +∞" })).toBeVisible();
  await page.getByTitle("Graph").click();
}

/** What the server says of a query stands beside it, with its place. */
async function notes(page: Page): Promise<void> {
  await ask(page, "rate(node_load1[5m])");
  const place = page.getByRole("button", { name: "Go to line 1, column 6" });
  await expect(place).toBeVisible();
  await expect(page.locator(".cm-lintRange-info")).toHaveText("node_load1");
  await place.click();
  await expect(page.getByRole("textbox", { name: "Query 1" })).toBeFocused();
  await ask(page, "1 + rate(node_load1)");
  await expect(page.locator(".cm-lintRange-error").first()).toHaveText("node_load1");
  await ask(page, "sum(node_load1");
  const refusal = page.getByRole("alert").filter({ hasText: "The query cannot be read" });
  await expect(refusal).toBeVisible();
}

async function explained(page: Page): Promise<void> {
  await ask(page, EXPLAINED);
  await expect(page.getByRole("figure", { name: "Graph of query 1" })).toBeVisible();
  await page.getByTitle("Explain").click();
  await expect(page.getByRole("heading", { name: "What it cost" })).toBeVisible();
  await expect(page.getByText("sum by (job)", { exact: true })).toBeVisible();
  await expect(page.getByRole("row", { name: "node_load1 1" })).toBeVisible();
  expect.soft(await accessibilityFaults(page), "accessibility of an explanation").toEqual([]);
}

/** The address that is copied shows the same where it is opened anew. */
async function shared(page: Page): Promise<void> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy the link" }).click();
  await expect(page.getByText("The link is copied")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto("about:blank");
  await page.goto(link);
  await expect(page.getByRole("textbox", { name: "Query 1" })).toHaveText(EXPLAINED);
  await expect(page.getByText("sum by (job)", { exact: true })).toBeVisible();
  await fits(page, "explanation");
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
  await written(page);
  await several(page);
  await zoomed(page);
  await heated(page);
  await notes(page);
  await explained(page);
  await shared(page);
  const address = page.url();
  await stored(page);
  await page.setViewportSize(PHONE);
  await page.goto(address);
  await page.getByTitle("Table").click();
  await expect(page.getByRole("region", { name: "Answer of query 1" })).toBeVisible();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide, "fits the width of a phone").toBeLessThanOrEqual(0);
  // The refusals above are answers of the server, which the browser counts as complaints.
  expect(complaints.filter((one) => !/status of 400/.test(one))).toEqual([]);
});
