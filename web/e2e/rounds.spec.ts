import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { choose, lookAround, lookLike, office } from "./office";
import type { Office } from "./office";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { settled } from "./settled";
import { make } from "./things";

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };
const SCREENS = "test-results/screens";
const DAY_MS = 86_400_000;
/** What the browser says of requests that this journey cuts off. */
const CUT_OFF = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED/;

test.describe.configure({ mode: "serial", timeout: 300_000 });

let mainstay: Mainstay;
let page: Page;
let complaints: string[];
let known: Office;

test.beforeAll(async ({ browser }) => {
  mainstay = await startMainstay();
  page = await (await browser.newContext({ viewport: DESK })).newPage();
  complaints = complaintsOf(page);
  await firstRun(page, mainstay);
  known = await office(page);
});

test.afterAll(async () => {
  await page.context().close();
  await mainstay.stop();
});

/** A day from now, as calendars write it: `20261130`. */
function day(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10).replaceAll("-", "");
}

/** Five shifts from tomorrow on, in an iCalendar file. */
function event(uid: string, who: string, zone: string): string {
  return (
    `BEGIN:VEVENT\r\nUID:${uid}\r\nSUMMARY:${who}\r\nDTSTART;TZID=${zone}:${day(1)}T080000\r\n` +
    `DTEND;TZID=${zone}:${day(1)}T200000\r\nRRULE:FREQ=DAILY;COUNT=5\r\nEND:VEVENT\r\n`
  );
}

/** A roster in which the administrator is always on. */
async function alwaysOn(): Promise<void> {
  const ada = await page.evaluate(async () => {
    const session = await (await fetch("/api/v1/session")).json();
    return session.user.person_id;
  });
  const start = new Date(Date.now() - 7 * DAY_MS).toISOString().slice(0, 10);
  await make(page, "/duty/rosters", {
    name: "机房值班",
    unit_id: known.unit,
    zone: "Asia/Shanghai",
    calendar: "every_day",
    shifts: [{ key: "day", name: "全天", from: "08:00", to: "08:00" }],
    positions: [
      {
        key: "main",
        name: "主班",
        rotations: [{ start: `${start}T08:00:00`, unit: "days", blocks: [{ people: [ada] }] }],
      },
    ],
  });
}

function item(n: number) {
  return page.getByRole("group", { name: `Item ${n}`, exact: true });
}

async function phone(name: string): Promise<void> {
  await settled(page);
  await page.screenshot({ path: `${SCREENS}/${name}.png`, fullPage: true, animations: "disabled" });
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - window.innerWidth,
  );
  expect.soft(sideways, `${name} fits a phone`).toBeLessThanOrEqual(0);
}

test("a plan of inspections is set up, its faults told at their fields", async () => {
  await alwaysOn();
  await page.goto(`${mainstay.url}/inspections`);
  await page.getByRole("link", { name: "New plan" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("机房巡检");
  await choose(page, page, "Unit", "Operations");
  await choose(page, page, "Tickets for what is abnormal", "Incident");
  await choose(page, page, "Roster", "机房值班");
  await page.getByLabel("Window 1 · From").fill("00:00");
  await page.getByLabel("Window 1 · To").fill("00:00");

  await item(1).getByLabel("What is looked at").fill("机房温度");
  await item(1).getByRole("combobox", { name: "What is asked" }).click();
  await page.locator(".ant-select-dropdown:visible").getByText("A reading").click();
  await item(1).getByLabel("Measured in").fill("℃");
  await item(1).getByLabel("Less is abnormal").fill("18");
  await item(1).getByLabel("More is abnormal").fill("17");
  await item(1).getByLabel("Place").fill("一楼");
  await page.getByRole("button", { name: "Add an item" }).click();
  await item(2).getByLabel("What is looked at").fill("门禁正常");
  await item(2).getByRole("checkbox", { name: "A photo is required" }).check();
  await page.getByRole("button", { name: "Add an item" }).click();
  await item(3).getByLabel("What is looked at").fill("UPS 面板");
  await item(3).getByRole("combobox", { name: "What is asked" }).click();
  await page.locator(".ant-select-dropdown:visible").getByText("One of several").click();
  await item(3).getByRole("button", { name: "Add a choice" }).click();
  await item(3).getByLabel("Choice 1 of item 3", { exact: true }).fill("绿灯");

  const save = page.getByRole("main").getByRole("button", { name: /Save$/ });
  await save.click();
  await expect(page.getByText("Not above the upper limit")).toBeVisible();
  await item(1).getByLabel("More is abnormal").fill("27");
  await save.click();
  // What only the server judges stands at the list that it is about.
  await expect(item(3).getByText(/Expected: .*2/)).toBeVisible();
  await item(3).getByRole("button", { name: "Add a choice" }).click();
  await item(3).getByLabel("Choice 2 of item 3", { exact: true }).fill("红灯");
  await item(3).getByLabel("Choice 2 of item 3: abnormal").check();
  await save.click();
  await expect(page.getByRole("heading", { level: 1, name: "机房巡检" })).toBeVisible();
  await expect(page.getByText("18 – 27 ℃")).toBeVisible();
});

test("a round on a phone loses nothing without a network, and opens a ticket", async () => {
  await page.setViewportSize(PHONE);
  await page.goto(`${mainstay.url}/rounds`);
  await settled(page);
  await phone("rounds-phone");
  await page.getByRole("region", { name: "For you to do now" }).getByRole("link", { name: "Begin" }).first().click();
  await page.getByRole("button", { name: "Set out" }).click();

  // A reading outside of its range is said to be so at once.
  await page.getByLabel("Reading").fill("31.5");
  await expect(page.getByText(/31\.5 ℃ is above the range 18 – 27 ℃/)).toBeVisible();
  await phone("round-reading-phone");
  await page.getByRole("button", { name: "Save and go on" }).click();
  await expect(page.getByText("Please say what is wrong")).toBeVisible();
  await page.getByLabel("Note").fill("空调停机");

  // What is typed outlives a reload; what is saved without a network is sent later.
  await page.reload();
  await expect(page.getByLabel("Note")).toHaveValue("空调停机");
  await expect(page.getByLabel("Reading")).toHaveValue("31.5");
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Save and go on" }).click();
  await expect(page.getByText(/Answers not sent yet: 1\. The server cannot be reached/)).toBeVisible();
  await expect(page.getByRole("heading", { level: 2, name: "门禁正常" })).toBeFocused();

  await page.getByRole("radio", { name: "All is well" }).check();
  await page.getByRole("button", { name: "Save and go on" }).click();
  await expect(page.getByText("Please take a photo")).toBeVisible();
  const picture = await page.screenshot({ type: "jpeg", quality: 40 });
  await page
    .getByLabel("Take a photo")
    .setInputFiles({ name: "door.jpg", mimeType: "image/jpeg", buffer: picture });
  await expect(page.getByRole("img", { name: "Photo 1" })).toBeVisible();
  await phone("round-offline-phone");
  await page.getByRole("button", { name: "Save and go on" }).click();
  await expect(page.getByText(/Answers not sent yet: 2/)).toBeVisible();
  await page.context().setOffline(false);
  await expect(page.getByText(/Answers not sent yet/)).toHaveCount(0, { timeout: 30_000 });
  await expect(page.getByText("2 of 3 answered")).toBeVisible();

  await expect(page.getByRole("button", { name: "Finish the round" })).toBeDisabled();
  await page.getByRole("radio", { name: "绿灯" }).check();
  await page.getByRole("button", { name: "Save and go on" }).click();
  await expect(page.getByText("3 of 3 answered")).toBeVisible();
  await page.getByRole("button", { name: "Finish the round" }).click();
  const abnormal = page.getByRole("region", { name: "What was abnormal" });
  await expect(abnormal.getByText("31.5 ℃").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Finish the round" })).toHaveCount(0);
  const ticket = abnormal.getByRole("link", { name: /^INC/ }).first();
  await expect(ticket).toBeVisible({ timeout: 60_000 });
  await phone("round-done-phone");
  const address = new URL(page.url()).pathname;
  await ticket.click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("机房温度");
  await lookAround(page, mainstay, "round-done", address);
  await lookLike(page, "en", "light");
});

test("what was found is counted, and a reading has its course", async () => {
  await page.setViewportSize(DESK);
  await page.goto(`${mainstay.url}/inspection-figures`);
  const row = page.getByRole("row", { name: /机房巡检/ });
  await expect(row.getByRole("link", { name: "1", exact: true }).first()).toBeVisible();
  await page.goto(`${mainstay.url}/inspections`);
  await page.getByRole("link", { name: "机房巡检" }).click();
  await page.getByRole("row", { name: /机房温度/ }).getByRole("link", { name: "Course" }).click();
  await expect(page.getByRole("figure", { name: "机房温度" })).toBeVisible();
  await expect(page.getByText("空调停机")).toBeVisible();
});

test("something is planned, is under way, and goes on in the next week", async () => {
  await page.setViewportSize(DESK);
  await page.goto(`${mainstay.url}/work-plans?whose=unit`);
  await page.getByRole("button", { name: "Plan something" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What is to be done").fill("更换核心交换机电源");
  await dialog.getByRole("button", { name: /Save$/ }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole("row", { name: /更换核心交换机电源/ });
  await row.getByRole("button", { name: "Progress" }).click();
  await page.getByRole("dialog").getByRole("combobox", { name: "State" }).click();
  await page.locator(".ant-select-dropdown:visible").getByText("under way").click();
  await page.getByRole("dialog").getByLabel("Per cent").fill("40");
  await page.getByRole("dialog").getByRole("button", { name: /Save$/ }).click();
  await expect(row.getByText("under way")).toBeVisible();
  await row.getByRole("button", { name: "Carry over" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Carry over" }).click();
  await expect(row.getByText("carried over")).toBeVisible();
  // What is carried over says that it "goes on later".
  await page.getByRole("button", { name: "Later", exact: true }).click();
  await expect(row.getByText("under way")).toBeVisible();
  await row.getByRole("button", { name: "from an earlier period" }).click();
  const course = page.getByRole("dialog").getByRole("listitem");
  await expect(course).toHaveCount(2);
  await expect(course.nth(1)).toContainText("40 %");
  await page.screenshot({ path: `${SCREENS}/work-plan-course.png`, animations: "disabled" });
  await course.first().getByRole("link").click();
  await expect(row.getByText("carried over")).toBeVisible();
});

test("a calendar is looked at before it is taken over", async () => {
  await page.setViewportSize(DESK);
  const text =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:数据库值班\r\n" +
    event("a", "王芳", "Asia/Shanghai") +
    event("b", "Somebody Else", "Asia/Shanghai") +
    event("c", "王芳", "Mars/Olympus") +
    "END:VCALENDAR\r\n";
  await page.goto(`${mainstay.url}/duty-import`);
  await choose(page, page, "Unit whose rosters they become", "Operations");
  await page.locator("input[type=file]").setInputFiles({
    name: "gbk.ics",
    mimeType: "text/calendar",
    buffer: Buffer.from([0xd6, 0xb5, 0xb0, 0xe0]),
  });
  await expect(page.getByText("“gbk.ics” is no text in UTF-8.", { exact: false })).toBeVisible();
  await page.getByLabel("Text of the file").fill("no calendar");
  await page.getByRole("button", { name: "Show what would come" }).click();
  await expect(page.getByText(/Expected: .*BEGIN:VCALENDAR/)).toBeVisible();
  await page.locator("input[type=file]").setInputFiles({
    name: "duty.ics",
    mimeType: "text/calendar",
    buffer: Buffer.from(text),
  });
  await page.getByRole("button", { name: "Show what would come" }).click();
  const shown = page.getByRole("region", { name: "What would come" });
  await expect(shown.getByText("new roster")).toBeVisible();
  await expect(shown.getByRole("listitem").filter({ hasText: "Somebody Else" })).toBeVisible();
  await expect(shown.getByText(/no zone `Mars\/Olympus` is known/)).toBeVisible();
  await page.screenshot({ path: `${SCREENS}/duty-import-dry.png`, fullPage: true, animations: "disabled" });
  await page.getByRole("button", { name: "Take over" }).click();
  await expect(page.getByText("Rosters taken over: 1.")).toBeVisible();
  await page.getByRole("link", { name: "Open the roster" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Rosters" })).toBeVisible();
  await expect(page.getByText("数据库值班").first()).toBeVisible();
  await lookAround(page, mainstay, "duty-import", "/duty-import");
  const expected = /status of 400|status of 422/;
  expect(complaints.filter((one) => !CUT_OFF.test(one) && !expected.test(one))).toEqual([]);
});
