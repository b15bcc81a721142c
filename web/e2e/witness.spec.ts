import { expect, test } from "@playwright/test";
import type { Browser, Page } from "@playwright/test";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { letIn } from "./programs";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { make } from "./things";

const TOLD_WITHIN_MS = 30_000;
const NORTH = {
  name: "north",
  role: { name: "witnessed", title: "Witnessed" },
  permission: "journal.witness",
};

let folder: string;
let witness: Mainstay;
let watched: Mainstay | null = null;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mainstay-witness-"));
  witness = await startMainstay({ settings: ["host.watch=false"] });
});

test.afterAll(async () => {
  await watched?.stop();
  await witness.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The other server over that data directory: the witness is where it tells its checkpoints. */
function theOther(data: string, token: string): Promise<Mainstay> {
  return startMainstay({
    data,
    settings: [
      "host.watch=false",
      `journal.anchor.http=${witness.url}/api/v1/journal/witnessed`,
      `journal.anchor.http_token=${token}`,
    ],
  });
}

/** Whether the witness took a checkpoint of that server, or refused one. */
function isTold(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const { anchors } = await (await fetch("/api/v1/journal/status")).json();
    return Boolean(anchors[0]?.anchored_at ?? anchors[0]?.failing_since);
  });
}

/** A run of the other server in which something changes, and what was signed before is told. */
async function run(page: Page, data: string, token: string, name: string): Promise<void> {
  watched = await theOther(data, token);
  if (watched.firstRunLink) await firstRun(page, watched);
  await page.goto(`${watched.url}/jobs`);
  await make(page, "/resources", { kind: "business-system", name });
  const job = page.getByRole("row", { name: /journal-anchor/ });
  await job.getByRole("button", { name: "Run now" }).click();
  await expect.poll(() => isTold(page), { timeout: TOLD_WITHIN_MS }).toBe(true);
  await watched.stop();
  watched = null;
}

async function pageOf(browser: Browser): Promise<Page> {
  // A context of its own: both servers are the same host to a browser, and would share cookies.
  return (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
}

test("another server's journal is witnessed, and given away when it is set back", async ({
  browser,
}) => {
  const page = await pageOf(browser);
  const other = await pageOf(browser);
  const complaints = complaintsOf(page);
  await firstRun(page, witness);
  await page.goto(`${witness.url}/journal`);
  const card = page.getByRole("region", { name: "Journals of other servers" }).first();
  await expect(card.getByText("journal.anchor.http", { exact: false })).toBeVisible();

  const token = join(folder, "token");
  writeFileSync(token, await letIn(browser, page, witness, NORTH));
  const data = mkdtempSync(join(folder, "data-"));
  const backup = join(folder, "backup");
  await run(other, data, token, "first");
  cpSync(data, backup, { recursive: true });
  await run(other, data, token, "second");
  await run(other, data, token, "third");

  await page.goto(`${witness.url}/journal`);
  const row = card.getByRole("row", { name: /north/ });
  await expect(row.getByText("agrees with what it said before")).toBeVisible();
  await expect(row.getByText(/\d+, facts up to \d+/)).toBeVisible();
  await expect(row.getByRole("button", { name: "Let it begin anew" })).toHaveCount(0);

  // The backup is put back, and another history begins.
  for (const name of ["other", "another", "still another", "and one more"]) {
    await run(other, backup, token, name);
  }
  await page.reload();
  await expect(row.getByText(/^was (written anew|set back)$/)).toBeVisible();
  await row.getByRole("button", { name: "Let it begin anew" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("Restored from the backup of yesterday");
  await dialog.getByRole("button", { name: "Let it begin anew" }).click();
  await expect(row.getByText("none since it began anew")).toBeVisible();

  await run(other, backup, token, "believed again");
  await page.reload();
  await expect(row.getByText("agrees with what it said before")).toBeVisible();
  await expect(row.getByText(/\d+, facts up to \d+/)).toBeVisible();
  expect(complaints).toEqual([]);
  await page.context().close();
  await other.context().close();
});
