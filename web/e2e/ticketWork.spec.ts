import { expect, test } from "@playwright/test";
import type { Browser, Locator, Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { card, choose, colleague, lookAround, lookLike, office, STALE } from "./office";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { settled } from "./settled";
import { signedIn } from "./staff";
import { next, opened, option } from "./tickets";

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

const title = (page: Page, name: string | RegExp): Locator =>
  page.getByRole("heading", { level: 1, name });

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
  const id = await opened(page, unit_id, "request", "键盘损坏");
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
  const id = await opened(page, unit_id, "request", "邮箱容量不足", { text, person_id });
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
  const first = await opened(page, unit_id, "incident", "财务系统无法登录");
  const second = await opened(page, unit_id, "incident", "财务系统登录失败");
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
  await page.screenshot({ path: "test-results/screens/ticket-split-zh.png" });
  await dialog.getByRole("button", { name: "拆分" }).click();
  await expect(title(page, /INC-3 出纳室无法登录财务系统/)).toBeVisible();
  await expect(card(page, "关联工单").getByRole("listitem")).toContainText("INC-1");
  expect(complaints.filter((one) => !STALE.test(one))).toEqual([]);
  await page.context().close();
});
