import { expect, test } from "@playwright/test";
import type { Browser, Locator, Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { faultsOfKeys } from "./keys";
import { card, choose, colleague, lookAround, lookLike, office, STALE } from "./office";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { settled } from "./settled";
import { signedIn } from "./staff";
import { make } from "./things";

let mainstay: Mainstay;
let unit_id = "";

/** What the browser itself says about answers that these journeys provoke. */
const REFUSED = /status of 409/;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  mainstay = await startMainstay();
});

test.afterAll(async () => {
  await mainstay.stop();
});

function opened(
  page: Page,
  type: string,
  subject: string,
  { text = "三楼", person_id = null }: { text?: string; person_id?: string | null } = {},
): Promise<string> {
  const requester = { name: "陈会计", contact: "8021", person_id };
  const content = { subject, text, requester, impact: "low", urgency: "low" };
  return make(page, "/tickets", { type, unit_id, channel: "phone", content });
}

/** The administrator, in a browser of their own, in 中文. */
async function chief(browser: Browser): Promise<Page> {
  const page = await signedIn(browser, mainstay, "admin");
  await lookLike(page, "zh", "light");
  return page;
}

/** The proposed copy beside the original. */
async function compare(page: Page): Promise<Locator> {
  await page.goto(`${mainstay.url}/publications`);
  await page.getByRole("button", { name: /对照“邮箱容量不足怎么办”/ }).click();
  return page.getByRole("dialog");
}

const next = (page: Page): Locator => card(page, "下一步操作");
const title = (page: Page, name: string | RegExp): Locator =>
  page.getByRole("heading", { level: 1, name });

async function option(page: Page, wanted: string | RegExp): Promise<void> {
  const list = page.locator(".ant-select-dropdown:visible");
  await list.locator(".ant-select-item-option-content").getByText(wanted).first().click();
}

test("a canned reply is written, and inserted into what one replies", async ({ page }) => {
  const complaints = complaintsOf(page);
  await firstRun(page, mainstay);
  unit_id = (await office(page)).unit;
  await lookLike(page, "zh", "light");
  await page.goto(`${mainstay.url}/canned-replies`);
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "新建常用回复" }).first().click();
  await dialog.getByLabel("名称（英文）").fill("Received");
  await dialog.getByLabel("名称（中文）").fill("已收到");
  await dialog.getByLabel("回复内容（英文）").fill("Dear {{name}}, we have {{number}}.");
  await dialog.getByLabel("回复内容（中文）").fill("{{name}}：您好，{{number}} 已收到。");
  await dialog.getByRole("button", { name: "保存" }).click();
  const row = page.getByRole("row", { name: /已收到/ });
  await expect(row).toContainText("全部工单");
  await row.getByRole("button", { name: "修改“已收到”" }).click();
  await choose(dialog, page, "仅适用的工单类型", "服务请求");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(row).toContainText("服务请求");

  // Filled in, in the language of whoever asked.
  const id = await opened(page, "request", "键盘损坏");
  await page.goto(`${mainstay.url}/tickets/${id}`);
  await next(page).getByRole("button", { name: "备注/回复" }).click();
  await dialog.getByRole("textbox", { name: "详细描述" }).fill("补充说明：");
  await dialog.getByRole("combobox", { name: "插入常用回复" }).click();
  await option(page, "已收到");
  const written = "补充说明：\n\n陈会计：您好，REQ-1 已收到。";
  await expect(dialog.getByRole("textbox", { name: "详细描述" })).toHaveValue(written);
  await page.screenshot({ path: "test-results/screens/ticket-canned-zh.png" });
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(card(page, "办理过程").getByText("REQ-1 已收到")).toBeVisible();
  expect(complaints).toEqual([]);
  await lookAround(page, mainstay, "canned-replies", "/canned-replies");
});

test("an answer is judged by a call-back, and published by a second person", async ({
  browser,
}) => {
  const page = await chief(browser);
  const complaints = complaintsOf(page);
  const session = await page.evaluate(async () => (await fetch("/api/v1/session")).json());
  const { person_id } = session.user;
  const text = "财务科陈会计的邮箱已满。";
  const id = await opened(page, "request", "邮箱容量不足", { text, person_id });
  const at = `${mainstay.url}/tickets/${id}`;
  await page.goto(at);
  const dialog = page.getByRole("dialog");
  await next(page).getByRole("button", { name: "领取" }).click();
  await next(page).getByRole("button", { name: "受理" }).click();
  await next(page).getByRole("button", { name: "解决" }).click();
  await dialog.getByRole("textbox", { name: "答复内容" }).fill("已扩容到 20 GB，可以正常收信。");
  await dialog.getByRole("button", { name: "解决" }).click();
  await expect(page.getByRole("main").getByText("已解决").first()).toBeVisible();

  // Who asked for it rates it; who handled it does not call back.
  const satisfaction = card(page, "满意度");
  await satisfaction.getByRole("button", { name: "评价办理情况" }).click();
  await dialog.getByText("4 分").click();
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(satisfaction.getByText("4 分（满分 5 分）")).toBeVisible();
  await satisfaction.getByRole("button", { name: "登记回访" }).click();
  await dialog.getByText("满意", { exact: true }).click();
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByText("此操作须由答复人和负责人之外的人员完成").first()).toBeVisible();
  await page.screenshot({ path: "test-results/screens/ticket-call-back-refused-zh.png" });
  await dialog.getByRole("button", { name: "取消" }).click();

  // Redacted beside the original; what still tells who asked is named.
  await card(page, "办理过程").getByRole("button", { name: "提交选登" }).click();
  await expect(dialog.getByText("仍含有诉求人信息：陈会计")).toBeVisible();
  await dialog.getByLabel("标题").fill("邮箱容量不足怎么办");
  await dialog.getByLabel("公开内容（脱敏后）").fill("邮箱已满时可申请扩容到 20 GB。");
  await expect(dialog.getByText("仍含有诉求人信息")).toBeHidden();
  await page.screenshot({ path: "test-results/screens/publication-propose-zh.png" });
  await dialog.getByRole("button", { name: "提交选登" }).click();
  await expect(dialog).toBeHidden();

  // Who redacted it does not publish it; a colleague does.
  const own = await compare(page);
  await own.getByRole("button", { name: "审核公开" }).click();
  await expect(own.getByText("编辑人不能审核自己的公开内容").first()).toBeVisible();
  const agent = await colleague(browser, mainstay);
  const other = await compare(agent);
  await expect(other.getByText("财务科陈会计的邮箱已满。")).toBeVisible();
  await agent.screenshot({ path: "test-results/screens/publication-compare-zh.png" });
  await other.getByRole("button", { name: "审核公开" }).click();
  await expect(agent.getByRole("row", { name: /邮箱容量不足怎么办/ })).toContainText("已公开");

  // Somebody else calls back; dissatisfied opens the ticket again, under supervision.
  await agent.goto(at);
  const asked = agent.getByRole("dialog");
  await card(agent, "满意度").getByRole("button", { name: "登记回访" }).click();
  await asked.getByText("不满意", { exact: true }).click();
  await asked.getByRole("button", { name: "保存" }).click();
  await expect(asked.getByText("请填写不满意的原因。")).toBeVisible();
  await asked.getByLabel("回访内容").fill("仍提示邮箱已满。");
  await asked.getByRole("button", { name: "保存" }).click();
  await expect(asked).toBeHidden();
  await expect(agent.getByRole("main").getByText("督办中").first()).toBeVisible();
  await expect(card(agent, "满意度").getByText("仍提示邮箱已满。")).toBeVisible();
  expect(complaints.filter((one) => !REFUSED.test(one))).toEqual([]);
  await lookAround(agent, mainstay, "ticket-called-back", `/tickets/${id}`);
  await lookAround(agent, mainstay, "publications", "/publications");
  await agent.context().close();
  await page.context().close();
});

test("tickets that say the same are found, merged, taken apart and split", async ({ browser }) => {
  const page = await colleague(browser, mainstay);
  const complaints = complaintsOf(page);
  const first = await opened(page, "incident", "财务系统无法登录");
  const second = await opened(page, "incident", "财务系统登录失败");
  const dialog = page.getByRole("dialog");
  const main = page.getByRole("main");

  // Before one more is opened.
  await page.goto(`${mainstay.url}/tickets/new`);
  await choose(main, page, "类型", "故障单");
  await main.getByLabel("标题").fill("财务系统登录不了");
  await main.getByLabel("详细描述").fill("出纳室也打不开。");
  const similar = main.getByRole("region", { name: "内容相近的未结工单" });
  await expect(similar.getByRole("listitem").first()).toContainText("财务系统");
  await settled(page);
  await page.screenshot({ path: "test-results/screens/ticket-similar-zh.png", fullPage: true });
  await similar.getByRole("button", { name: /^就是 INC-1/ }).click();
  await expect(title(page, /INC-1 财务系统无法登录/)).toBeVisible();
  const note = dialog.getByRole("textbox", { name: "详细描述" });
  await expect(note).toHaveValue("财务系统登录不了\n\n出纳室也打不开。");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(card(page, "办理过程").getByText("出纳室也打不开。")).toBeVisible();

  // Merged, with what will happen said first; undone.
  await page.goto(`${mainstay.url}/tickets/${second}`);
  await next(page).getByRole("button", { name: "合并工单" }).click();
  await dialog.getByRole("combobox", { name: "主工单" }).fill("无法登录");
  await option(page, "INC-1 财务系统无法登录");
  await expect(dialog.getByText("INC-2（新建）将作为 INC-1 的重复工单关闭。")).toBeVisible();
  await page.screenshot({ path: "test-results/screens/ticket-merge-zh.png" });
  await dialog.getByRole("button", { name: "合并工单" }).click();
  await expect(main.getByText("已合并到 INC-1")).toBeVisible();
  await expect(main.getByText("已关闭").first()).toBeVisible();
  await main.getByRole("link", { name: "打开 INC-1" }).click();
  await expect(card(page, "办理过程").getByText("来自 INC-2").first()).toBeVisible();
  await lookAround(page, mainstay, "ticket-master", `/tickets/${first}`);
  await lookAround(page, mainstay, "ticket-merged", `/tickets/${second}`);
  await main.getByRole("button", { name: "撤销合并" }).click();
  await expect(main.getByText("已合并到 INC-1")).toBeHidden();
  await expect(main.getByText("新建", { exact: true }).first()).toBeVisible();

  // An entry becomes a ticket of its own.
  await page.goto(`${mainstay.url}/tickets/${first}`);
  const entry = card(page, "办理过程").getByRole("listitem").filter({ hasText: "出纳室" });
  await entry.getByRole("button", { name: /^拆分第/ }).click();
  await expect(dialog.getByLabel("标题")).toHaveValue("财务系统登录不了");
  await dialog.getByLabel("标题").fill("出纳室无法登录财务系统");
  await dialog.getByRole("button", { name: "拆分" }).click();
  await expect(title(page, /INC-3 出纳室无法登录财务系统/)).toBeVisible();
  await expect(card(page, "关联工单").getByRole("listitem")).toContainText("INC-1");
  expect(complaints.filter((one) => !STALE.test(one))).toEqual([]);
  await page.context().close();
});

test("a major incident from its declaration to its review", async ({ browser }) => {
  const page = await colleague(browser, mainstay);
  const complaints = complaintsOf(page);
  const id = await opened(page, "incident", "全市办公网中断");
  const at = `/tickets/${id}`;
  await page.goto(mainstay.url + at);
  const dialog = page.getByRole("dialog");
  await next(page).getByRole("button", { name: "宣布重大事件" }).click();
  await expect(dialog.getByText("王芳").first()).toBeVisible();
  await dialog.getByLabel("通报间隔（分钟）").fill("15");
  await dialog.getByRole("button", { name: "宣布重大事件" }).click();
  const major = card(page, "重大事件处置");
  await expect(major.getByText("每 15 分钟")).toBeVisible();
  await expect(next(page).getByRole("button", { name: "宣布重大事件" })).toBeHidden();
  await major.getByRole("button", { name: "通报进展" }).click();
  await dialog.getByLabel("进展情况").fill("核心交换机已更换，正在恢复。");
  await dialog.getByText("诉求人也可见").click();
  await dialog.getByRole("button", { name: "通报进展" }).click();
  await expect(card(page, "办理过程").getByText("核心交换机已更换，正在恢复。")).toBeVisible();
  await expect(card(page, "处置时间线").getByText("通报重大事件进展", { exact: false })).toBeVisible();

  // Marked in the list, and listed by itself.
  await page.goto(`${mainstay.url}/tickets`);
  await expect(page.getByRole("row", { name: /全市办公网中断/ })).toContainText("重大");
  await lookAround(page, mainstay, "tickets-major", "/tickets");
  await lookAround(page, mainstay, "ticket-major", at);
  await lookAround(page, mainstay, "major-incidents", "/major-incidents");
  await page.getByRole("link", { name: /全市办公网中断/ }).click();
  await major.getByRole("button", { name: "结束重大事件" }).click();
  await dialog.getByRole("button", { name: "结束重大事件" }).click();
  await expect(dialog.getByText("请填写。")).toBeVisible();
  await dialog.getByLabel("处置总结").fill("电源模块故障；增加冗余电源。");
  await dialog.getByRole("button", { name: "结束重大事件" }).click();
  await expect(major.getByText("电源模块故障；增加冗余电源。")).toBeVisible();
  await page.goto(`${mainstay.url}/major-incidents`);
  await expect(page.getByText("当前没有重大事件", { exact: false })).toBeVisible();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("several tickets at once, chosen by the keys, and the list as a file", async ({ browser }) => {
  const page = await colleague(browser, mainstay);
  const complaints = complaintsOf(page);
  await opened(page, "problem", "证书到期无人提醒");
  await opened(page, "problem", "备份失败无人发现");
  const taken = await opened(page, "problem", "磁盘告警过晚");
  await page.goto(`${mainstay.url}/tickets/${taken}`);
  await next(page).getByRole("button", { name: "领取" }).click();
  await expect(card(page, "基本信息").getByText("王芳")).toBeVisible();
  await page.goto(`${mainstay.url}/tickets?type=problem`);
  const main = page.getByRole("main");
  const dialog = page.getByRole("dialog");
  await expect(main.getByRole("row", { name: /磁盘告警过晚/ })).toBeVisible();

  // The keys are letters while one types.
  const search = main.getByLabel("标题或编号").first();
  await search.pressSequentially("xjk");
  await expect(search).toHaveValue("xjk");
  await search.fill("");
  await main.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("?");
  await expect(dialog.getByText("选择或取消选择该工单")).toBeVisible();
  await page.screenshot({ path: "test-results/screens/tickets-keys-zh.png" });
  await dialog.locator(".ant-modal-footer").getByRole("button", { name: "关闭" }).click();
  await expect(dialog).toBeHidden();
  const link = (number: string) => main.getByRole("link", { name: number, exact: true });
  await page.keyboard.press("j");
  await expect(link("PRB-3")).toBeFocused();
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(link("PRB-1")).toBeFocused();
  await page.keyboard.press("k");
  await expect(link("PRB-2")).toBeFocused();
  await page.keyboard.press("x");
  const bar = main.getByRole("region", { name: "批量操作" });
  await expect(bar.getByText("已选 2 张")).toBeVisible();
  await bar.getByRole("button", { name: "选择全部符合条件的工单" }).click();
  await expect(bar.getByText("已选 3 张")).toBeVisible();
  await lookBulk(page);

  // Impact and urgency of all; the priorities that follow are said first.
  await bar.getByRole("button", { name: "调整优先级" }).click();
  await dialog.getByRole("radiogroup", { name: "影响范围" }).getByText("高").click();
  await dialog.getByRole("radiogroup", { name: "紧急程度" }).getByText("高").click();
  await expect(dialog.getByText(/PRB-1：P\d → P1/)).toBeVisible();
  await dialog.getByRole("button", { name: "执行" }).click();
  await expect(dialog.getByText("成功 3 张，被拒绝 0 张")).toBeVisible();
  await dialog.locator(".ant-modal-footer").getByRole("button", { name: "关闭" }).click();
  await expect(main.getByRole("row", { name: /证书到期无人提醒/ })).toContainText("P1");

  // One that goes on otherwise meanwhile is refused, and holds up no other.
  await main.getByRole("checkbox", { name: "选择已显示的全部工单" }).check();
  await bar.getByRole("button", { name: "流转" }).click();
  await dialog.getByRole("combobox", { name: /流转/ }).click();
  await option(page, "开始调查（3/3）");
  await expect(dialog.getByText("将修改 3 张。")).toBeVisible();
  await page.screenshot({ path: "test-results/screens/tickets-bulk-zh.png" });
  const mover = await colleague(browser, mainstay);
  await mover.goto(`${mainstay.url}/tickets/${taken}`);
  await next(mover).getByRole("button", { name: "开始调查" }).click();
  await expect(mover.getByRole("main").getByText("调查中").first()).toBeVisible();
  await mover.context().close();
  await dialog.getByRole("button", { name: "执行" }).click();
  await expect(dialog.getByText("成功 2 张，被拒绝 1 张", { exact: false })).toBeVisible();
  await expect(dialog.getByRole("row", { name: /PRB-3/ })).toContainText("被拒绝");
  await page.screenshot({ path: "test-results/screens/tickets-bulk-results-zh.png" });
  await dialog.locator(".ant-modal-footer").getByRole("button", { name: "关闭" }).click();
  await expect(bar.getByText("已选 1 张")).toBeVisible();

  // As files, of the list and of the figures.
  for (const [path, format, name] of [
    ["/tickets", "工作簿（XLSX）", "tickets.xlsx"],
    ["/ticket-figures", "文本（CSV）", "ticket-figures-type.csv"],
  ] as const) {
    await page.goto(mainstay.url + path);
    await main.getByRole("button", { name: "导出" }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: format }).click(),
    ]);
    expect(file.suggestedFilename()).toBe(name);
  }
  expect(complaints).toEqual([]);
  for (const path of ["/tickets", "/canned-replies", "/publications", "/tickets/new"]) {
    await page.goto(mainstay.url + path);
    await settled(page);
    expect.soft(await faultsOfKeys(page), path).toEqual([]);
  }
  await page.context().close();
});

/** The list with tickets chosen, on a phone, too. */
async function lookBulk(page: Page): Promise<void> {
  await page.screenshot({ path: "test-results/screens/tickets-chosen-zh.png", fullPage: true });
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - window.innerWidth,
  );
  expect.soft(sideways, "chosen tickets fit a phone").toBeLessThanOrEqual(0);
  await page.screenshot({ path: "test-results/screens/tickets-chosen-zh-390.png", fullPage: true });
  if (size) await page.setViewportSize(size);
}
