import { expect, test } from "@playwright/test";
import type { Locator, Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun, PASSWORD } from "./firstRun";
import { faultsOfKeys } from "./keys";
import { card, choose, colleague, lookAround, lookLike, office, STALE } from "./office";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { settled } from "./settled";
import { make } from "./things";

let mainstay: Mainstay;
let unit_id = "";

/** What the browser itself says about answers that these journeys provoke. */
const REFUSED = /status of (400|412)/;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  mainstay = await startMainstay();
});

test.afterAll(async () => {
  await mainstay.stop();
});

function opened(page: Page, type: string, subject: string): Promise<string> {
  const content = { subject, text: "三楼", impact: "low", urgency: "low" };
  return make(page, "/tickets", { type, unit_id, channel: "phone", content });
}

function openChange(page: Page): Promise<void> {
  return card(page, "下一步操作").getByRole("button", { name: "修改内容" }).click();
}

/** The administrator, signed in anew. */
async function asAdmin(page: Page): Promise<void> {
  await page.goto(`${mainstay.url}/sign-in`);
  await page.getByLabel("User name").fill("admin");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  await lookLike(page, "zh", "light");
}

async function chooseOption(page: Page, box: Locator, wanted: string): Promise<void> {
  await box.click();
  const list = page.locator(".ant-select-dropdown:visible");
  await list.locator(".ant-select-item-option-content").getByText(wanted, { exact: true }).click();
}

test("a kind of ticket that is made, refused, corrected and changed", async ({ page }) => {
  const complaints = complaintsOf(page);
  await firstRun(page, mainstay);
  unit_id = (await office(page)).unit;
  await lookLike(page, "zh", "light");
  await page.goto(`${mainstay.url}/desk-set-up`);
  const main = page.getByRole("main");
  await main.getByRole("button", { name: "新建类型" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "新建工单类型" })).toBeVisible();
  await expect(main.getByRole("img", { name: "4 个状态，3 条流转" })).toBeVisible();

  // What the server refuses stands at its field, also in a part that is folded.
  await main.getByLabel("标识", { exact: true }).first().fill("visit");
  await main.getByLabel("名称（英文）", { exact: true }).first().fill("Visit");
  await main.getByLabel("名称（中文）", { exact: true }).first().fill("来访登记");
  await main.getByLabel("编号前缀").fill("vis");
  await main.getByRole("button", { name: "添加状态" }).click();
  await main.getByRole("button", { name: "添加字段" }).click();
  await main.getByRole("button", { name: "保存" }).click();
  await expect(main.getByText("请更正下方标出的内容")).toBeVisible();
  await expect(main.getByText("要求：1 至 8 个大写字母 A–Z")).toBeVisible();
  await expect(main.getByText("要求：可由某个流转到达的状态")).toBeVisible();
  const question = main.locator("details", { hasText: "单行文本" });
  await expect(question.getByText("要求：1 至 40 个字符")).toBeVisible();

  // Corrected: another state, a way to it, and a question.
  await main.getByLabel("编号前缀").fill("VIS");
  await main.getByLabel("状态 5 · 标识").fill("waiting");
  await main.getByLabel("状态 5 · 名称（英文）").fill("Waiting");
  await main.getByLabel("状态 5 · 名称（中文）").fill("等待来访");
  await chooseOption(page, main.getByLabel("状态 5 · 阶段"), "暂停");
  await main.getByRole("button", { name: "上移 状态 5" }).click();
  await main.getByRole("button", { name: "添加流转" }).click();
  const way = main.locator("details[open]", { hasText: "目标状态" });
  await way.getByLabel("标识").fill("wait");
  await way.getByLabel("名称（英文）").fill("Wait");
  await way.getByLabel("名称（中文）").fill("等待");
  await chooseOption(page, way.getByRole("combobox", { name: "起始状态" }), "处理中");
  await chooseOption(page, way.getByRole("combobox", { name: "目标状态" }), "等待来访");
  await chooseOption(page, way.getByRole("combobox", { name: "必填项" }), "说明");
  await page.keyboard.press("Escape");
  await question.getByLabel("标识").fill("company");
  await question.getByLabel("名称（英文）").fill("Company");
  await question.getByLabel("名称（中文）").fill("来访单位");
  await expect(main.getByRole("img", { name: "5 个状态，4 条流转" })).toContainText("等待来访");
  await main.getByRole("switch", { name: "启用" }).click();
  await main.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "服务台配置" })).toBeVisible();

  // Changed: its line leads back to it; the form of a new ticket asks what it asks.
  await main.getByRole("link", { name: "来访登记" }).click();
  await expect(main.getByText("等待：处理中 → 等待来访")).toBeVisible();
  await chooseOption(page, main.getByLabel("影响高、紧急高"), "P2");
  await main.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "服务台配置" })).toBeVisible();
  await page.goto(`${mainstay.url}/tickets/new`);
  await choose(main, page, "类型", "来访登记");
  await expect(main.getByLabel("来访单位")).toBeVisible();
  expect(complaints.filter((one) => !REFUSED.test(one))).toEqual([]);
  await lookAround(page, mainstay, "ticket-type", "/desk-set-up/types/enquiry");
  await lookAround(page, mainstay, "event-mapping", "/event-mapping");
});

test("a service level that is made, and given up", async ({ page, browser }) => {
  // Who may not change it is told so.
  const agent = await colleague(browser, mainstay);
  await agent.goto(`${mainstay.url}/desk-set-up`);
  await expect(agent.getByRole("button", { name: "新建服务级别" })).toBeDisabled();
  await agent.context().close();
  await asAdmin(page);
  await page.goto(`${mainstay.url}/desk-set-up`);
  const levels = card(page, "服务级别");
  await levels.getByRole("button", { name: "新建服务级别" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("名称（英文）").fill("Round the clock");
  await dialog.getByLabel("名称（中文）").fill("全天候服务级别");
  await dialog.getByLabel("工作时段").fill("全天");
  await dialog.getByLabel("P5 · 响应 · 数量").fill("");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByText("要求：工作时段，如 08:30-12:00, 13:30-17:30")).toBeVisible();
  await dialog.getByLabel("工作时段").fill("00:00-24:00");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog).toBeHidden();
  const row = levels.getByRole("row", { name: /全天候服务级别/ });
  await expect(row).toContainText("P5: – / 40 小时");
  await row.getByRole("button", { name: "停用" }).click();
  await dialog.getByRole("button", { name: "停用" }).click();
  await expect(row).toContainText("已停用");
});

test("how alerts of others are read is changed", async ({ page }) => {
  await asAdmin(page);
  await page.goto(`${mainstay.url}/event-mapping`);
  const main = page.getByRole("main");
  const critical = main.getByRole("combobox", { name: "表示“严重”的取值" });
  await critical.fill("warn");
  await critical.press("Enter");
  await main.getByRole("button", { name: "保存" }).click();
  await expect(main.getByText("“warn”同时出现在两个列表中").first()).toBeVisible();
  // The field takes no Backspace while it still settles what was typed before.
  const warn = main.getByText("warn", { exact: true });
  await expect(async () => {
    if ((await warn.count()) > 1) await critical.press("Backspace");
    await expect(warn).toHaveCount(1, { timeout: 500 });
  }).toPass();
  await critical.fill("p0");
  await critical.press("Enter");
  await main.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("已保存，后续告警将按此解读。")).toBeVisible();
  await page.reload();
  await expect(main.getByText("p0", { exact: true })).toBeVisible();
});

test("what a ticket says changes under the hands of two", async ({ browser }) => {
  const agent = await colleague(browser, mainstay);
  const other = await colleague(browser, mainstay);
  const id = await opened(agent, "request", "键盘损坏");
  for (const one of [agent, other]) await one.goto(`${mainstay.url}/tickets/${id}`);
  await openChange(other);
  const mine = other.getByRole("dialog");
  await mine.getByLabel("详细描述").fill("三楼 301 室");

  await openChange(agent);
  const theirs = agent.getByRole("dialog");
  await theirs.getByLabel("标题").fill("键盘和鼠标损坏");
  await theirs.getByLabel("详细描述").fill("三楼 302 室");
  await theirs.getByRole("radiogroup", { name: "紧急程度" }).getByText("高").click();
  await theirs.getByRole("button", { name: "保存" }).click();
  await expect(theirs).toBeHidden();

  // Both texts are there; what only they changed is taken over.
  await mine.getByRole("button", { name: "保存" }).click();
  await mine.getByRole("button", { name: "载入最新版本" }).click();
  const conflict = mine.getByRole("group", { name: "详细描述" });
  await expect(conflict.getByText("三楼 301 室")).toBeVisible();
  await expect(conflict.getByText("三楼 302 室")).toBeVisible();
  await expect(mine.getByRole("textbox", { name: "标题" })).toHaveValue("键盘和鼠标损坏");
  await conflict.getByText("两者都保留").click();
  await expect(mine.getByRole("textbox", { name: "详细描述" })).toHaveValue("三楼 302 室\n\n三楼 301 室");
  await other.screenshot({ path: "test-results/screens/ticket-conflict-zh.png" });
  await mine.getByRole("button", { name: "保存" }).click();
  await expect(mine).toBeHidden();
  await expect(card(other, "基本信息").getByText("三楼 302 室")).toBeVisible();
  await other.context().close();
  await agent.context().close();
});

test("who is second to press a button is asked again", async ({ browser }) => {
  const agent = await colleague(browser, mainstay);
  const id = await opened(agent, "request", "显示器闪烁");
  await agent.goto(`${mainstay.url}/tickets/${id}`);
  const next = card(agent, "下一步操作");
  await expect(next.getByRole("button", { name: "受理" })).toBeVisible();
  // A comment of somebody else comes in between.
  await agent.route("**/transitions", async (route) => {
    await agent.evaluate(async (ticket) => {
      const session = await (await fetch("/api/v1/session")).json();
      const tag = (await fetch(`/api/v1/tickets/${ticket}`)).headers.get("ETag") ?? "";
      await fetch(`/api/v1/tickets/${ticket}/comments`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "X-CSRF-Token": session.csrf_token,
          "If-Match": tag,
        },
        body: JSON.stringify({ text: "备件已到货", public: false }),
      });
    }, id);
    await route.continue();
  }, { times: 1 });
  await next.getByRole("button", { name: "受理" }).click();
  const dialog = agent.getByRole("dialog", { name: "其他人已修改此工单" });
  await expect(dialog.getByText("备件已到货")).toBeVisible();
  await agent.screenshot({ path: "test-results/screens/ticket-stale-zh.png" });
  await dialog.getByRole("button", { name: "仍然执行“受理”" }).click();
  await expect(dialog).toBeHidden();
  await expect(agent.getByRole("main").getByText("处理中").first()).toBeVisible();
  await agent.context().close();
});

test("tickets on the board, in the calendar, and behind the figures", async ({ browser }) => {
  const page = await colleague(browser, mainstay);
  const complaints = complaintsOf(page);
  await opened(page, "incident", "打印机卡纸");
  await page.goto(`${mainstay.url}/tickets`);
  const main = page.getByRole("main");
  await main.getByText("看板", { exact: true }).click();
  await choose(main, page, "类型", "故障单");
  const column = (name: string) => main.getByRole("region", { name, exact: true });
  const ticket = (name: string) => column(name).getByRole("listitem").filter({ hasText: "打印机卡纸" });
  await expect(ticket("新建")).toBeVisible();

  // Dragged where a way leads; nowhere else.
  await ticket("新建").dragTo(column("已关闭"));
  await expect(ticket("新建")).toBeVisible();
  await ticket("新建").dragTo(column("处理中"));
  await expect(ticket("处理中")).toBeVisible();

  // By the keys: its menu names the ways, and asks for what a way needs.
  await ticket("处理中").getByRole("button", { name: "流转 INC-1" }).press("Enter");
  await page.getByRole("menuitem", { name: "等待用户" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "说明" }).fill("等待送修");
  await dialog.getByRole("button", { name: "等待用户" }).click();
  await expect(ticket("等待用户反馈")).toBeVisible();

  // The view is kept in a list of one's own.
  await main.getByRole("button", { name: "保存当前列表" }).click();
  await dialog.getByLabel("列表名称").fill("故障看板");
  await dialog.getByRole("button", { name: "保存" }).click();
  await page.goto(`${mainstay.url}/tickets`);
  await main.getByRole("button", { name: "故障看板", exact: true }).click();
  await expect(ticket("等待用户反馈")).toBeVisible();

  // What is due stands on its day, this month or the next.
  await page.goto(`${mainstay.url}/tickets?as=calendar`);
  const due = main.getByRole("link", { name: /REQ-1/ });
  // What the month holds is still read when its days are there.
  const isThisMonth = due.waitFor({ timeout: 5_000 }).then(
    () => true,
    () => false,
  );
  if (!(await isThisMonth)) await main.getByRole("button", { name: "下个月" }).click();
  await expect(due).toBeVisible();

  // A figure leads to its tickets.
  await page.goto(`${mainstay.url}/ticket-figures`);
  await main.getByRole("link", { name: "故障单 · 创建 1" }).click();
  await expect(main.getByRole("cell", { name: "打印机卡纸" })).toBeVisible();
  expect(complaints.filter((one) => !STALE.test(one))).toEqual([]);
  for (const [name, at] of [
    ["tickets-board", "/tickets?as=board"],
    ["tickets-calendar", "/tickets?as=calendar"],
    ["tickets-filtered", "/tickets?list=every&kept=true"],
    ["figures", "/ticket-figures?by=unit"],
  ] as const) {
    await lookAround(page, mainstay, name, at);
  }
  for (const at of ["/tickets?as=board", "/tickets?as=calendar", "/desk-set-up/types/request"]) {
    await page.goto(mainstay.url + at);
    await settled(page);
    expect.soft(await faultsOfKeys(page), at).toEqual([]);
  }
  await page.context().close();
});
