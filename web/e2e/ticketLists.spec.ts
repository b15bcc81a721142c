import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { faultsOfKeys } from "./keys";
import { card, colleague, lookAround, office } from "./office";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { settled } from "./settled";
import { next, opened, option } from "./tickets";

let mainstay: Mainstay;
let unit_id = "";

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  mainstay = await startMainstay();
  const page = await browser.newPage();
  await firstRun(page, mainstay);
  unit_id = (await office(page)).unit;
  await page.close();
});

test.afterAll(async () => {
  await mainstay.stop();
});

test("a major incident from its declaration to its review", async ({ browser }) => {
  const page = await colleague(browser, mainstay);
  const complaints = complaintsOf(page);
  const id = await opened(page, unit_id, "incident", "全市办公网中断");
  const at = `/tickets/${id}`;
  await page.goto(mainstay.url + at);
  const dialog = page.getByRole("dialog");
  await next(page).getByRole("button", { name: "宣布重大事件" }).click();
  await expect(dialog.getByText("王芳").first()).toBeVisible();
  await dialog.getByLabel("通报间隔（分钟）").fill("15");
  await page.screenshot({ path: "test-results/screens/major-declare-zh.png" });
  await dialog.getByRole("button", { name: "宣布重大事件" }).click();
  const major = card(page, "重大事件处置");
  await expect(major.getByText("每 15 分钟")).toBeVisible();
  await expect(next(page).getByRole("button", { name: "宣布重大事件" })).toBeHidden();
  await major.getByRole("button", { name: "通报进展" }).click();
  await dialog.getByLabel("进展情况").fill("核心交换机已更换，正在恢复。");
  await dialog.getByText("诉求人也可见").click();
  await page.screenshot({ path: "test-results/screens/major-update-zh.png" });
  await dialog.getByRole("button", { name: "通报进展" }).click();
  await expect(card(page, "办理过程").getByText("核心交换机已更换，正在恢复。")).toBeVisible();
  await expect(card(page, "处置时间线").getByText("通报重大事件进展", { exact: false })).toBeVisible();

  // Marked in the list, and listed by itself.
  await page.goto(`${mainstay.url}/tickets`);
  await expect(page.getByRole("row", { name: /全市办公网中断/ })).toContainText("重大");
  await page.goto(`${mainstay.url}/tickets?as=board`);
  await expect(page.getByRole("main").getByText("重大", { exact: true })).toBeVisible();
  await page.screenshot({ path: "test-results/screens/tickets-board-major-zh.png" });
  await lookAround(page, mainstay, "tickets-major", "/tickets");
  await lookAround(page, mainstay, "ticket-major", at);
  await lookAround(page, mainstay, "major-incidents", "/major-incidents");
  await page.getByRole("link", { name: /全市办公网中断/ }).click();
  await major.getByRole("button", { name: "结束重大事件" }).click();
  await dialog.getByRole("button", { name: "结束重大事件" }).click();
  await expect(dialog.getByText("请填写。")).toBeVisible();
  await page.screenshot({ path: "test-results/screens/major-end-zh.png" });
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
  await opened(page, unit_id, "problem", "证书到期无人提醒");
  await opened(page, unit_id, "problem", "备份失败无人发现");
  const taken = await opened(page, unit_id, "problem", "磁盘告警过晚");
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
  await expect(dialog.getByText("成功 3 张，被拒绝 0 张。")).toBeVisible();
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
