import { createServer } from "node:http";
import type { Server } from "node:http";
import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { freePort } from "./ports";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";

const ARRIVES_WITHIN_MS = 30_000;

let mainstay: Mainstay;
let receiver: Server;
let hook: string;
/** What the far side was sent. */
const received: string[] = [];

test.beforeAll(async () => {
  mainstay = await startMainstay();
  const port = await freePort();
  hook = `http://127.0.0.1:${port}/hook`;
  receiver = createServer((request, answer) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      received.push(body);
      answer.statusCode = body.includes("refuse me") ? 422 : 200;
      answer.end(answer.statusCode === 200 ? "taken in" : "not wanted here");
    });
  });
  await new Promise<void>((done) => {
    receiver.listen(port, "127.0.0.1", done);
  });
});

test.afterAll(async () => {
  receiver.close();
  await mainstay.stop();
});

async function channel(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/channels`);
  await page.getByRole("button", { name: "New channel" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Kind" }).click();
  await page.getByTitle("Webhook", { exact: true }).click();
  await dialog.getByLabel("Name", { exact: true }).fill("Duty hook");
  await dialog.getByLabel("Address").fill("not an address");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByRole("alert").first()).toBeVisible();
  await expect(dialog.getByLabel("Name", { exact: true })).toHaveValue("Duty hook");
  await dialog.getByLabel("Address").fill(hook);
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("row", { name: /Duty hook/ });
  await expect(row.getByText("In use")).toBeVisible();
  await row.getByRole("button", { name: "Test" }).click();
  await dialog.getByRole("button", { name: "Send test" }).click();
  await expect(dialog.getByText("Accepted")).toBeVisible({ timeout: ARRIVES_WITHIN_MS });
  await expect(dialog.getByRole("cell", { name: "200" })).toBeVisible();
  expect(received.join()).toContain("Duty hook");
  await dialog.getByRole("button", { name: "Cancel" }).click();
}

/** A message that the far side refuses: the page says what it answered. */
async function refused(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/messages`);
  await page.getByRole("button", { name: "Send a message" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Kind" }).click();
  await page.getByTitle("channel", { exact: true }).click();
  await dialog.getByRole("combobox", { name: "Recipient" }).click();
  await page.getByTitle("Duty hook", { exact: true }).click();
  await dialog.getByLabel("Subject").fill("refuse me");
  await dialog.getByLabel("Text").fill("This is not wanted.");
  await dialog.getByRole("button", { name: "Send a message" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /refuse me/ })).toBeVisible();
  const ways = page.getByRole("region", { name: "Duty hook" });
  await expect(ways.getByText("Refused")).toBeVisible({ timeout: ARRIVES_WITHIN_MS });
  await expect(ways.getByRole("cell", { name: "422" })).toBeVisible();
  await expect(ways.getByText("not wanted here")).toBeVisible();
}

async function template(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/templates`);
  await page.getByRole("link", { name: "Plain message" }).click();
  const preview = page.getByRole("region", { name: "Preview", exact: true });
  await expect(preview.getByText("Maintenance tonight")).toHaveCount(2);
  const chinese = page.getByRole("tabpanel", { name: "in Chinese" });
  await chinese.getByLabel("Subject").fill("【运维】{{ subject }}");
  await expect(preview.getByText("【运维】Maintenance tonight")).toBeVisible();
  await chinese.getByLabel("Text", { exact: true }).fill("{{ text ");
  await expect(preview.getByRole("alert")).toBeVisible();
  await chinese.getByLabel("Text", { exact: true }).fill("{{ text }}");
  await expect(preview.getByRole("alert")).toHaveCount(0);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Back to what came with the product" }).click();
  const ask = page.getByRole("dialog");
  await ask.getByRole("button", { name: "Back to what came with the product" }).click();
  await expect(chinese.getByLabel("Subject")).toHaveValue("{{ subject }}");
}

/** A message to oneself rings the bell of a page that is open, without loading it again. */
async function bell(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/channels`);
  await expect(page.getByRole("button", { name: "Notifications, 0 unread" })).toBeVisible();
  const row = page.getByRole("row", { name: /In-app/ });
  await row.getByRole("button", { name: "Test" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Send test" }).click();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  const ring = page.getByRole("button", { name: "Notifications, 1 unread" });
  await expect(ring).toBeVisible({ timeout: ARRIVES_WITHIN_MS });
  await ring.click();
  await expect(page.getByText("Test message from Mainstay")).toBeVisible();
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await expect(page.getByRole("button", { name: "Notifications, 0 unread" })).toBeVisible();
  await page.getByRole("link", { name: "All notifications" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "My notifications" })).toBeVisible();
}

async function preference(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/profile`);
  const card = page.getByRole("region", { name: "How I am told" });
  await card.getByRole("checkbox", { name: "WeCom" }).first().check();
  await card.getByRole("checkbox", { name: "Quiet hours" }).check();
  await card.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  await page.reload();
  await expect(card.getByRole("checkbox", { name: "WeCom" }).first()).toBeChecked();
  await expect(card.getByLabel("From")).toHaveValue("22:00");
}

test("a channel is made and tried, messages are followed, the bell rings", async ({ page }) => {
  await firstRun(page, mainstay);
  await channel(page);
  await refused(page);
  await template(page);
  const complaints = complaintsOf(page);
  await bell(page);
  await preference(page);
  expect(complaints).toEqual([]);
});
