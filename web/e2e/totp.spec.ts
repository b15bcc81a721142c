import { createHmac } from "node:crypto";
import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { PASSWORD, firstRun } from "./firstRun";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";

const STEP_MS = 30_000;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

let mainstay: Mainstay;

test.beforeAll(async () => {
  mainstay = await startMainstay();
});

test.afterAll(async () => {
  await mainstay.stop();
});

function bytesOf(base32: string): Buffer {
  const bits = [...base32].map((one) => BASE32.indexOf(one).toString(2).padStart(5, "0")).join("");
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

/** The code that an app shows so many steps from now (RFC 6238). */
function codeOf(secret: string, steps = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS) + steps));
  const mac = createHmac("sha1", bytesOf(secret)).update(counter).digest();
  const at = (mac[mac.length - 1] ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function firstStep(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/sign-in`);
  await page.getByLabel("User name").fill("admin");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "One more step" })).toBeVisible();
}

async function isIn(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { name: "What is wrong now" })).toBeVisible();
}

/** Sets the app up in the profile; its secret and the recovery codes. */
async function enrol(page: Page): Promise<{ secret: string; codes: string[] }> {
  await page.goto(`${mainstay.url}/profile`);
  await page.getByRole("button", { name: "Set up" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Go on" }).click();
  await expect(dialog.getByRole("img", { name: /QR code/ })).toBeVisible();
  const secret = await dialog.getByLabel("Secret").inputValue();
  await dialog.getByRole("textbox", { name: "Code" }).fill(codeOf(secret));
  await dialog.getByRole("button", { name: "Confirm" }).click();
  const list = page.getByRole("list", { name: "Recovery codes" });
  await expect(list.getByRole("listitem")).toHaveCount(10);
  const codes = await list.getByRole("listitem").allInnerTexts();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("Recovery codes left: 10")).toBeVisible();
  return { secret, codes };
}

test("an app is set up, asked for, replaced by a recovery code, and removed", async ({
  page,
  context,
}) => {
  const complaints = complaintsOf(page);
  await firstRun(page, mainstay);
  const { secret, codes } = await enrol(page);

  await context.clearCookies();
  await firstStep(page);
  await page.getByRole("textbox", { name: "Code" }).fill("000000");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByText("the code is wrong or was used already")).toBeVisible();
  // The code of this step confirmed the app: the next one is taken, half a minute ahead.
  await page.getByRole("textbox", { name: "Code" }).fill(codeOf(secret, 1));
  await page.getByRole("button", { name: "Go on" }).click();
  await isIn(page);

  await context.clearCookies();
  await firstStep(page);
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await page.getByLabel("Recovery code").fill(codes[0] ?? "");
  await page.getByRole("button", { name: "Go on" }).click();
  await isIn(page);

  await page.goto(`${mainstay.url}/profile`);
  await expect(page.getByText("Recovery codes left: 9")).toBeVisible();
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByLabel("Password").fill(PASSWORD);
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Not set up")).toBeVisible();

  await page.goto(`${mainstay.url}/journal?verb=user.`);
  const journal = page.getByRole("region", { name: "Journal" });
  for (const fact of ["set up a second factor", "used a recovery code", "removed the second factor"]) {
    await expect(journal.getByText(fact).first()).toBeVisible();
  }
  expect(complaints).toEqual([]);
});
