import { expect, request, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { accessibilityFaults } from "./accessibility";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { formOf, openToAll } from "./intake";
import { card, choose, lookLike, office } from "./office";
import { freePort } from "./ports";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { settled } from "./settled";
import { make } from "./things";

const PHONE = { width: 390, height: 844 };
const SCREENS = "test-results/screens";
/** What the browser itself says about answers that these journeys provoke. */
const REFUSED = /status of (400|404|409)/;
const CODE = /^[0-9A-Z]{5}(-[0-9A-Z]{5}){3}$/;

let mainstay: Mainstay;
let state: Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>;
let unit_id = "";

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  mainstay = await startMainstay();
  const page = await browser.newPage();
  await firstRun(page, mainstay);
  ({ unit: unit_id } = await office(page));
  await make(page, "/secrets", {
    name: "Mail account",
    kind: "password",
    value: "not the real one",
    owner: "Network group",
  });
  await make(page, "/people", {
    number: "2001",
    name: "赵来电",
    unit_id,
    contacts: [{ way: "mobile", value: "+86 138 0000 1234" }],
    from: "2025-01-01",
  });
  await lookLike(page, "en", "light");
  state = await page.context().storageState();
  await page.context().close();
});

test.afterAll(async () => {
  await mainstay.stop();
});

function unexpected(complaints: string[]): string[] {
  return complaints.filter((one) => !REFUSED.test(one));
}

test("a mailbox that cannot be reached says at which step", async ({ browser }) => {
  const page = await (await browser.newContext({ storageState: state })).newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${mainstay.url}/mailboxes`);
  await expect(page.getByText("No mailbox is read yet.")).toBeVisible();
  await page.getByRole("button", { name: "New mailbox" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("Fill this in.").first()).toBeVisible();
  await dialog.getByLabel("Name").fill("Help desk");
  await dialog.getByLabel("Address").fill("desk");
  await dialog.getByLabel("IMAP server").fill("127.0.0.1");
  await choose(dialog, page, "Protection", "STARTTLS");
  await expect(dialog.getByLabel("Port")).toHaveValue("143");
  await dialog.getByLabel("Port").fill(String(await freePort()));
  await dialog.getByLabel("User").fill("desk");
  await choose(dialog, page, "Password", "Mail account");
  await choose(dialog, page, "Unit in charge", "Operations");
  await dialog.getByRole("button", { name: "Save" }).click();

  // What the server refuses stands at its field, and nothing that was typed is lost.
  await expect(dialog.getByText("Expected: a mail address")).toBeVisible();
  await dialog.getByLabel("Address").fill("desk@example.org");
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole("row").filter({ hasText: "desk@example.org" });
  await expect(row).toContainText("desk @ 127.0.0.1");

  // The test says what the far side did.
  await row.getByRole("button", { name: "Test" }).click();
  const answer = page.getByRole("dialog").getByRole("alert");
  await expect(answer).toContainText(/127\.0\.0\.1/);
  await page.screenshot({ path: `${SCREENS}/mailbox-test.png` });
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("dialog").locator(".ant-modal-footer").getByRole("button", { name: "Close" }).click();

  // Removed, after one question.
  await page.goto(`${mainstay.url}/mailboxes`);
  await row.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("dialog")).toContainText("desk@example.org");
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("No mailbox is read yet.")).toBeVisible();
  expect(unexpected(complaints)).toEqual([]);
  await page.context().close();
});

/** Writes in from a telephone, beginning at the sign-in; gives the query code and the number. */
async function writeIn(page: Page): Promise<{ code: string; number: string }> {
  await page.goto(`${mainstay.url}/sign-in`);
  await page.getByRole("link", { name: "No account? Write to us" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Ask the network office" })).toBeVisible();
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByText("Please fill this in.").first()).toBeVisible();
  await page.getByRole("radio", { name: "Wireless" }).check();
  await page.getByLabel("Subject").fill("No wireless in hall 3");
  await page.getByLabel("What you want to say").fill("Since Monday, all of us.");
  await expect(page.getByText("Nothing about you is kept.")).toBeVisible();
  await page.getByRole("radio", { name: "I say who I am" }).check();
  await page.getByLabel("Your name").fill("Mrs Chen");
  await page.getByLabel("How to reach you").fill("139 0000 0000");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.screenshot({ path: `${SCREENS}/enquiry-filled-phone.png`, fullPage: true });
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "It has arrived" })).toBeFocused();
  const code = await page.getByRole("textbox", { name: "Query code" }).inputValue();
  expect(code).toMatch(CODE);
  const number = (await page.getByText(/^Number: REQ-\d+$/).textContent()) ?? "";
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.screenshot({ path: `${SCREENS}/enquiry-sent-phone.png`, fullPage: true });
  return { code, number: number.replace("Number: ", "") };
}

/** Looks a code up, as people write it. */
async function lookUp(page: Page, code: string): Promise<void> {
  await page.getByRole("link", { name: "How far is it?" }).click();
  await page.getByLabel("Query code").fill("AAAAA-AAAAA-AAAAA-AAAAA");
  await page.getByRole("button", { name: "Look it up" }).click();
  await expect(page.getByRole("alert")).toContainText("there is no enquiry with this code");
  await page.getByLabel("Query code").fill(code.toLowerCase().replaceAll("-", " "));
  await page.getByRole("button", { name: "Look it up" }).click();
}

test("an enquiry is sent without an account, answered, and rated", async ({ browser }) => {
  const page = await (await browser.newContext({ storageState: state })).newPage();
  const guest = await (await browser.newContext({ viewport: PHONE })).newPage();
  const complaints = [complaintsOf(page), complaintsOf(guest)];
  await page.goto(`${mainstay.url}/tickets`);
  await settled(page);

  // Nothing leads to it as long as no form is open.
  await guest.goto(`${mainstay.url}/sign-in`);
  await expect(guest.getByRole("button", { name: "Sign in" })).toBeVisible();
  await guest.waitForLoadState("networkidle");
  await expect(guest.getByRole("link", { name: "No account? Write to us" })).toHaveCount(0);
  await guest.goto(`${mainstay.url}/enquiry`);
  await expect(guest.getByText("Nothing can be sent here at present")).toBeVisible();
  await openToAll(page, "request", formOf(unit_id));

  const { code, number } = await writeIn(guest);
  await lookUp(guest, code);
  const enquiry = guest.getByRole("region", { name: `${number} No wireless in hall 3` });
  await expect(enquiry.getByRole("status")).toContainText("Received");
  await guest.getByLabel("What you want to add").fill("The guest network works.");
  await guest.getByRole("button", { name: "Add", exact: true }).click();
  await expect(guest.getByRole("region", { name: "What was said" })).toContainText("The guest network works.");
  await expect(guest.getByRole("region", { name: "How was it dealt with?" })).toHaveCount(0);

  // The desk answers, and whoever asked is told.
  await page.goto(`${mainstay.url}/tickets?list=every&q=${number}`);
  await page.getByRole("cell", { name: "No wireless in hall 3" }).click();
  await expect(card(page, "What happened")).toContainText("The guest network works.");
  const next = card(page, "What comes next");
  await next.getByRole("button", { name: "Accept" }).click();
  await next.getByRole("button", { name: "Resolve", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Answer to the requester" }).fill("A cable was loose. It works again.");
  await dialog.getByRole("button", { name: "Resolve", exact: true }).click();
  await expect(dialog).toBeHidden();

  await guest.getByRole("button", { name: "Look again" }).click();
  await expect(enquiry.getByRole("status")).toContainText("Answered");
  await expect(guest.getByRole("region", { name: "What was said" })).toContainText("A cable was loose.");
  await guest.getByRole("radio", { name: "5 – very good" }).check();
  await guest.getByLabel("What you want to say about it").fill("Quick, thank you.");
  expect(await accessibilityFaults(guest)).toEqual([]);
  await guest.getByRole("button", { name: "Rate", exact: true }).click();
  await expect(guest.getByText("You rated it: 5 – very good")).toBeVisible();
  await guest.screenshot({ path: `${SCREENS}/enquiry-status-phone.png`, fullPage: true });
  // No way leads from there into the house.
  const inward = guest.locator("a[href]:not([href^='/enquiry'])");
  await expect(inward).toHaveCount(0);
  await page.reload();
  await expect(card(page, "What happened")).toContainText("rated how it was dealt with");

  expect(complaints.flatMap(unexpected)).toEqual([]);
  await guest.context().close();
  await page.context().close();
});

test("what is saved of a type keeps its public form", async ({ browser }) => {
  const page = await (await browser.newContext({ storageState: state })).newPage();
  await page.goto(`${mainstay.url}/desk-set-up/types/request`);
  await page.getByRole("textbox", { name: "Name (English)", exact: true }).fill("Request");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Desk set-up" })).toBeVisible();
  const forms = await page.evaluate(async () => (await fetch("/api/v1/public/forms")).json());
  expect(forms.items).toHaveLength(1);
  await page.context().close();
});

test("a form for everybody is opened and shut on the page of its type", async ({ browser }) => {
  const page = await (await browser.newContext({ storageState: state })).newPage();
  const open = () =>
    page.evaluate(async () => {
      const { items } = await (await fetch("/api/v1/public/forms")).json();
      return items.map((one: { key: string }) => one.key).toSorted();
    });
  const visit = () => page.goto(`${mainstay.url}/desk-set-up/types/enquiry`);
  const saved = page.getByRole("heading", { level: 1, name: "Desk set-up" });
  await visit();
  const before = await open();
  const part = page.getByRole("group", { name: "Enquiries from outside" });
  await part.getByRole("switch", { name: "Open a form to everybody" }).click();
  await expect(part.getByLabel("Title (English)")).toHaveValue("External enquiry");
  await choose(part, page, "Unit in charge", "Operations");
  await part.getByRole("button", { name: "Add a category" }).click();
  const category = part.locator("details[open]");
  await category.getByLabel("Key").fill("A b");
  await category.getByLabel("Name (English)").fill("Water");
  await category.getByLabel("Name (Chinese)").fill("供水");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(category.getByText(/^Expected: 1 to 40 of a–z/)).toBeVisible();
  expect(await accessibilityFaults(page)).toEqual([]);
  await category.getByLabel("Key").fill("water");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(saved).toBeVisible();
  expect(await open()).toEqual([...before, "enquiry"].toSorted());

  await visit();
  await part.getByRole("switch", { name: "Open a form to everybody" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(saved).toBeVisible();
  expect(await open()).toEqual(before);
  await page.context().close();
});

test("a call is shown with who calls, and becomes a ticket by one click", async ({ browser }) => {
  const page = await (await browser.newContext({ storageState: state })).newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${mainstay.url}/hotline`);
  await expect(page.getByText("Nobody is calling.")).toBeVisible();
  const token = await page.evaluate(async () => {
    const session = await (await fetch("/api/v1/session")).json();
    const answer = await fetch("/api/v1/tokens", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": session.csrf_token },
      body: JSON.stringify({ name: "Exchange", expires_in_days: 30 }),
    });
    return (await answer.json()).token;
  });
  const exchange = await request.newContext({
    baseURL: mainstay.url,
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
  });
  const tell = async (event: string, callId: string, from: string) => {
    const data = { event, callId, direction: "in", from, to: "8301", user: "wang", cause: "normal" };
    const answer = await exchange.post("/api/v1/cti/calls", { data });
    expect(answer.ok(), await answer.text()).toBe(true);
  };

  // It rings: who that is, and what they have open, without anybody asking.
  await tell("newCall", "a1", "13800001234");
  const ringing = card(page, "13800001234");
  await expect(ringing.getByText("ringing")).toBeVisible();
  await expect(ringing.getByRole("link", { name: "赵来电" })).toBeVisible();
  await expect(ringing.getByText("They have no open ticket that you see.")).toBeVisible();
  await expect(ringing.getByRole("button", { name: "Open a ticket" })).toBeDisabled();
  await choose(page, page, "Unit in charge", "Operations");
  await tell("answer", "a1", "13800001234");
  await expect(ringing.getByText("talking")).toBeVisible();
  await ringing.getByRole("button", { name: "Open a ticket" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /Call from 赵来电/ })).toBeVisible();
  await expect(card(page, "About")).toContainText("13800001234");

  // The call knows its ticket, and so does the next call of the same person.
  await page.goto(`${mainstay.url}/hotline`);
  await expect(ringing.getByRole("link", { name: /^REQ-\d+ Call from 赵来电$/ }).first()).toBeVisible();
  await expect(ringing.getByRole("button", { name: "Open a ticket" })).toHaveCount(0);
  await tell("hangup", "a1", "13800001234");
  await expect(page.getByText("Nobody is calling.")).toBeVisible();

  // Nobody knows this one, and that is said.
  await tell("newCall", "a2", "0571-87654321");
  const unknown = card(page, "0571-87654321");
  await expect(unknown.getByText("unknown caller")).toBeVisible();
  await expect(unknown.getByText(/Nobody in the directory has this number/)).toBeVisible();
  expect(unexpected(complaints)).toEqual([]);
  await exchange.dispose();
  await page.context().close();
});
