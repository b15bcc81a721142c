import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { accessibilityFaults, colourFaults } from "./accessibility";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { settled } from "./settled";
import { change, make } from "./things";


/** A turn of one. */
function block(id: string) {
  return { people: [id] };
}
const SCREENS = "test-results/screens";
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };
const FROM = "2025-01-01";

let mainstay: Mainstay;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  mainstay = await startMainstay();
});

test.afterAll(async () => {
  await mainstay.stop();
});

interface People {
  unit: string;
  ada: string;
  others: string[];
}

/** A unit with four people, of whom the administrator is one. */
async function people(page: Page): Promise<People> {
  const unit = await make(page, "/units", {
    code: "OPS",
    name: { en: "Operations", zh: "运维科" },
    from: FROM,
  });
  const person = (number: string, name: string) =>
    make(page, "/people", { number, name, unit_id: unit, from: FROM });
  const ada = await person("1001", "林爱达");
  const others = [
    await person("1002", "王芳"),
    await person("1003", "李娜"),
    await person("1004", "赵敏"),
  ];
  const session = await page.evaluate(async () => {
    const answer = await fetch("/api/v1/session");
    return answer.json();
  });
  await change(page, `/users/${session.user.id}`, { person_id: ada });
  return { unit, ada, others };
}

async function chooseIn(page: Page, name: RegExp, typed: string): Promise<void> {
  const box = page.getByRole("combobox", { name }).first();
  await box.click();
  await box.fill(typed);
  await page.locator(".ant-select-dropdown:visible").getByText(typed).first().click();
  await page.keyboard.press("Escape");
}

async function look(page: Page, name: string): Promise<void> {
  await settled(page);
  await page.screenshot({
    path: `${SCREENS}/${name}.png`,
    fullPage: true,
    animations: "disabled",
  });
}

/** Looks at a page in each language, theme and size once. */
async function lookAround(page: Page, name: string, path: string): Promise<void> {
  for (const [language, theme, size] of [
    ["en", "light", DESK],
    ["zh", "dark", PHONE],
  ] as const) {
    await page.evaluate(
      ([one, other]) => {
        localStorage.setItem("mainstay.language", one ?? "");
        localStorage.setItem("mainstay.theme", other ?? "");
      },
      [language, theme],
    );
    await page.setViewportSize(size);
    await page.goto(`${mainstay.url}${path}`);
    await look(page, `${name}-${language}-${theme}-${size.width}`);
    const faults = await (theme === "light" ? accessibilityFaults(page) : colourFaults(page));
    expect.soft(faults, `accessibility of ${name} in ${language}, ${theme}`).toEqual([]);
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    expect.soft(sideways, `${name} fits ${size.width}`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(DESK);
  await page.evaluate(() => {
    localStorage.setItem("mainstay.language", "en");
    localStorage.setItem("mainstay.theme", "light");
  });
}

test("from a roster that is looked at before it is saved to a swap, a hand-over and a call", async ({
  page,
}) => {
  const complaints = complaintsOf(page);
  await firstRun(page, mainstay);
  const known = await people(page);

  // A roster by hand: it cannot be saved before its preview was seen.
  await page.goto(`${mainstay.url}/duty/new`);
  await page.getByLabel("Name", { exact: true }).first().fill("机房值班");
  await page.getByRole("combobox", { name: "Unit" }).click();
  await page
    .locator(".ant-select-dropdown:visible .ant-select-tree-title", { hasText: "Operations" })
    .click();
  await chooseIn(page, /Turn 1 · Who/, "林爱达");
  const save = page.getByRole("main").getByRole("button", { name: /Save$/ });
  await expect(save).toBeDisabled();
  await page.getByRole("button", { name: "Show what it means" }).click();
  await expect(page.getByRole("heading", { name: /Preview/ })).toBeVisible();
  await look(page, "roster-edit");
  await save.click();
  await expect(page.getByRole("heading", { name: "Rosters", level: 1 })).toBeVisible();

  // A fuller one by the API, as others do.
  const day = new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10);
  const all = [known.ada, ...known.others];
  const roster = await make(page, "/duty/rosters", {
    name: "网络值班",
    unit_id: known.unit,
    zone: "Asia/Shanghai",
    calendar: "china",
    rest_hours_min: 11,
    shifts: [
      { key: "day", name: "白班", from: "08:00", to: "20:00" },
      { key: "night", name: "夜班", from: "20:00", to: "08:00" },
    ],
    positions: [
      {
        key: "lead",
        name: "带班领导",
        shifts: ["day"],
        rotations: [{ start: `${day}T08:00:00`, unit: "weeks", blocks: all.slice(0, 2).map(block) }],
      },
      {
        key: "main",
        name: "主班",
        seats: 2,
        rotations: [{ start: `${day}T08:00:00`, unit: "shifts", blocks: all.map(block) }],
      },
    ],
  });
  await lookAround(page, "duty-week", `/duty?roster=${roster}`);
  await page.goto(`${mainstay.url}/duty?roster=${roster}&view=month`);
  await look(page, "duty-month");
  await expect(page.getByText("Nobody").first()).toBeVisible();

  // A swap is asked for; a hand-over is written and signed.
  await lookAround(page, "my-duty", "/my-duty");
  await page.goto(`${mainstay.url}/my-duty`);
  await page.getByRole("row", { name: /网络值班/ }).getByRole("button", { name: "Swap" }).last().click();
  await page.getByRole("dialog").getByRole("combobox", { name: "With whom" }).click();
  await page.locator(".ant-select-dropdown:visible .ant-select-item-option").first().click();
  await page.getByRole("button", { name: "Ask for a swap" }).click();
  await expect(page.getByText("asked", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "New link to my duty" }).click();
  const link = await page.getByRole("textbox", { name: "Calendar address" }).inputValue();
  const calendar = await page.request.get(link);
  expect(await calendar.text()).toContain("BEGIN:VEVENT");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();

  await page.goto(`${mainstay.url}/hand-overs?roster=${roster}`);
  await page.getByRole("button", { name: "Begin a hand-over" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Position" }).click();
  await page.locator(".ant-select-dropdown:visible").getByText("主班").click();
  await dialog.getByRole("combobox", { name: "Who comes" }).click();
  await page.locator(".ant-select-dropdown:visible").getByText("王芳").click();
  await dialog.getByRole("button", { name: /Save$/ }).click();
  await page.getByRole("button", { name: "Add a matter" }).click();
  await page.getByRole("textbox", { name: "Matter" }).fill("UPS 电池待更换");
  await page.getByRole("button", { name: "Sign and hand over" }).click();
  await expect(page.getByText("waits for the second signature").first()).toBeVisible();
  await look(page, "hand-over");
  await page.keyboard.press("Escape");
  await lookAround(page, "hand-overs", `/hand-overs?roster=${roster}`);

  // A chain is simulated, enabled, and calls.
  await make(page, "/duty/chains", {
    name: "网络升级",
    unit_id: known.unit,
    steps: [
      { targets: [{ kind: "position", roster_id: roster, position: "main" }], wait_minutes: 10 },
      { targets: [{ kind: "team", roster_id: roster }], wait_minutes: 20 },
    ],
  });
  await page.goto(`${mainstay.url}/escalation`);
  await page.getByRole("button", { name: "Simulate", exact: true }).click();
  const simulation = page.getByRole("dialog");
  await simulation.getByRole("button", { name: "Simulate", exact: true }).click();
  await expect(simulation.getByText("30 min").or(simulation.getByText("10 min"))).toBeVisible();
  await look(page, "simulation");
  await simulation.getByRole("button", { name: "Close" }).last().click();
  await page.getByRole("switch", { name: "Enable 网络升级" }).click();
  await page.getByRole("button", { name: "Call now" }).click();
  await page.getByRole("textbox", { name: "What it is about" }).fill("核心交换机离线");
  await page.getByRole("dialog").getByRole("button", { name: "Call now" }).click();
  await expect(page.getByText("calling")).toBeVisible();
  await page.getByRole("button", { name: "Answer" }).click();
  await expect(page.getByText(/answered by/)).toBeVisible();
  await lookAround(page, "escalation", "/escalation");
  expect(complaints).toEqual([]);
});
