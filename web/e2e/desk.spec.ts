import { expect, test } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { card, choose, colleague, lookAround, lookLike, office, STALE } from "./office";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { make } from "./things";

let mainstay: Mainstay;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  mainstay = await startMainstay();
});

test.afterAll(async () => {
  await mainstay.stop();
});

test("a ticket from its opening to its closing, in 中文", async ({ page, browser }) => {
  const complaints = complaintsOf(page);
  await firstRun(page, mainstay);
  await office(page);
  await lookLike(page, "zh", "light");

  // The form is that of the type.
  await page.goto(`${mainstay.url}/tickets`);
  await page.getByRole("button", { name: "新建工单" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "新建工单" })).toBeVisible();
  const main = page.getByRole("main");
  await choose(main, page, "类型", "外部来件");
  await expect(main.getByLabel("诉求类型")).toBeVisible();
  await choose(main, page, "类型", "故障单");
  await expect(main.getByLabel("诉求类型")).toBeHidden();
  await main.getByRole("button", { name: "新建工单" }).click();
  await expect(main.getByText("请填写。").first()).toBeVisible();
  await main.getByLabel("标题").fill("财务系统无法登录");
  await main.getByLabel("详细描述").fill("三楼财务室全部电脑打不开财务系统。");
  await choose(main, page, "承办单位", "运维科");
  await main.getByRole("radiogroup", { name: "影响范围" }).getByText("高").click();
  await main.getByRole("radiogroup", { name: "紧急程度" }).getByText("高").click();
  await main.getByLabel("诉求人 · 姓名").fill("陈会计");
  await main.getByLabel("诉求人 · 联系方式").fill("8021");
  await main.getByRole("button", { name: "新建工单" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /财务系统无法登录/ })).toBeVisible();
  await expect(card(page, "基本信息").getByText("P1", { exact: true })).toBeVisible();

  // It is nobody's, and found in the list of those.
  await page.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "服务台", exact: true }).click();
  await page.getByText("无人负责（1）").click();
  await page.getByRole("cell", { name: "财务系统无法登录" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /财务系统无法登录/ })).toBeVisible();
  const path = new URL(page.url()).pathname;

  // Taken up, and answered.
  const next = card(page, "下一步操作");
  await next.getByRole("button", { name: "领取" }).click();
  await expect(card(page, "基本信息").getByText("林爱达")).toBeVisible();
  await next.getByRole("button", { name: "受理" }).click();
  await expect(main.getByText("处理中").first()).toBeVisible();
  await next.getByRole("button", { name: "备注/回复" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("回复诉求人").click();
  await dialog.getByRole("textbox", { name: "详细描述" }).fill("已收到，正在排查。");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(card(page, "办理过程").getByText("已收到，正在排查。")).toBeVisible();
  await expect(card(page, "办理过程").getByText("诉求人可见").first()).toBeVisible();

  // Why it is due when it is due.
  const clocks = card(page, "服务级别");
  await expect(clocks.getByText("工作时间服务级别")).toBeVisible();
  await expect(clocks.getByText("运维科办理时限")).toBeVisible();
  await clocks.getByText("计时明细").nth(1).click();
  await expect(clocks.getByRole("table").getByRole("row").nth(1)).toBeVisible();

  // To another unit, and back, with the reason.
  await next.getByRole("button", { name: "转办" }).click();
  await choose(dialog, page, "接收单位", "网络科");
  await dialog.getByRole("button", { name: "转办" }).click();
  const units = card(page, "经办单位");
  await expect(units.getByRole("listitem").filter({ hasText: "运维科" })).toContainText("已转出");
  await expect(units.getByRole("listitem").filter({ hasText: "网络科" })).toContainText("办理中");
  await next.getByRole("button", { name: "退回" }).click();
  await dialog.getByRole("button", { name: "退回" }).click();
  await expect(dialog.getByText("请填写。")).toBeVisible();
  await dialog.getByRole("textbox", { name: "说明" }).fill("网络正常，是财务系统证书到期。");
  await dialog.getByRole("button", { name: "退回" }).click();
  await expect(units.getByText("已退回")).toBeVisible();
  await expect(card(page, "办理过程").getByText("网络正常，是财务系统证书到期。")).toBeVisible();

  // While a colleague fills in how it was solved, it changes under their hands.
  const other = await colleague(browser, mainstay);
  await other.goto(mainstay.url + path);
  await card(other, "下一步操作").getByRole("button", { name: "解决" }).click();
  const solving = other.getByRole("dialog");
  await solving.getByRole("textbox", { name: "答复内容" }).fill("已更换证书。");
  await next.getByRole("button", { name: "受理" }).click();
  await expect(main.getByText("处理中").first()).toBeVisible();
  await solving.getByRole("button", { name: "解决" }).click();
  await expect(solving.getByText("其他人已修改此工单")).toBeVisible();
  await expect(solving.getByRole("textbox", { name: "答复内容" })).toHaveValue("已更换证书。");
  await solving.getByRole("button", { name: "载入最新版本" }).click();
  await solving.getByRole("button", { name: "解决" }).click();
  await expect(solving).toBeHidden();
  await other.context().close();

  // Both see it resolved; it is closed, and stands among those that are over.
  await expect(main.getByText("已解决").first()).toBeVisible();
  await expect(card(page, "办理过程").getByText("已更换证书。")).toBeVisible();
  for (const [name, at] of [
    ["ticket-resolved", path],
    ["tickets", "/tickets"],
    ["ticket-new", "/tickets/new"],
    ["ticket-figures", "/ticket-figures"],
    ["desk-set-up", "/desk-set-up"],
    ["watchdog", "/watchdog"],
  ] as const) {
    await lookAround(page, mainstay, name, at);
  }
  await page.goto(mainstay.url + path);
  await next.getByRole("button", { name: "关闭" }).click();
  await expect(main.getByText("已关闭").first()).toBeVisible();
  await page.goto(`${mainstay.url}/tickets?list=over`);
  await expect(page.getByRole("cell", { name: "财务系统无法登录" })).toBeVisible();
  expect(complaints.filter((one) => !STALE.test(one))).toEqual([]);
});

test("a ticket that is linked, given to somebody else and found", async ({ browser }) => {
  const page = await colleague(browser, mainstay);
  const complaints = complaintsOf(page);
  const units = await page.evaluate(async () => (await fetch("/api/v1/units")).json());
  const unit_id = units.items.find((one: { code: string }) => one.code === "OPS").id;
  const open = (type: string, subject: string) =>
    make(page, "/tickets", {
      type,
      unit_id,
      channel: "phone",
      content: { subject, impact: "low", urgency: "low" },
    });
  await open("problem", "证书到期无人提醒");
  const id = await open("incident", "邮箱无法收信");
  await page.goto(`${mainstay.url}/tickets/${id}`);

  // The incident is caused by the problem; the link is seen from both ends.
  const next = card(page, "下一步操作");
  const dialog = page.getByRole("dialog");
  await next.getByRole("button", { name: "关联工单" }).click();
  await choose(dialog, page, "关联方式", "起因于");
  await dialog.getByRole("combobox", { name: "另一张工单" }).fill("证书");
  await page.locator(".ant-select-dropdown:visible").getByText("证书到期无人提醒").click();
  await dialog.getByRole("button", { name: "关联工单" }).click();
  const links = card(page, "关联工单");
  await expect(links.getByRole("listitem")).toContainText("证书到期无人提醒");
  await links.getByRole("link", { name: "PRB-1" }).click();
  await expect(card(page, "关联工单").getByRole("listitem")).toContainText("导致 INC-2");

  // It is given to somebody else.
  await card(page, "关联工单").getByRole("link", { name: "INC-2" }).click();
  await next.getByRole("button", { name: "分派" }).click();
  await dialog.getByRole("combobox", { name: "人员" }).fill("林爱达");
  await page.locator(".ant-select-dropdown:visible").getByText("林爱达").click();
  await dialog.getByRole("button", { name: "分派" }).click();
  await expect(card(page, "基本信息").getByText("林爱达")).toBeVisible();

  // Ctrl-K finds it by a word of its subject.
  await page.keyboard.press("Control+K");
  await page.getByRole("combobox", { name: "搜索" }).fill("邮箱");
  await page.getByRole("option", { name: /邮箱无法收信/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: /邮箱无法收信/ })).toBeVisible();
  await links.getByRole("button", { name: "取消关联 PRB-1" }).click();
  await expect(links).toBeHidden();
  expect(complaints).toEqual([]);
  await page.context().close();
});
