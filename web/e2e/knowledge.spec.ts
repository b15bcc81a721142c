import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { formOf, openToAll } from "./intake";
import { card, choose, lookAround, lookLike, office } from "./office";
import type { Office } from "./office";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";
import { settled } from "./settled";
import { appoint, EVERYTHING, signedIn } from "./staff";
import { make } from "./things";
import { opened } from "./tickets";

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

test.describe.configure({ mode: "serial" });

let mainstay: Mainstay;
let page: Page;
let editor: Page;
let complaints: string[];
let known: Office;
let article = "";

test.beforeAll(async ({ browser }) => {
  mainstay = await startMainstay();
  page = await (await browser.newContext({ viewport: DESK })).newPage();
  complaints = complaintsOf(page);
  await firstRun(page, mainstay);
  known = await office(page);
  await make(page, "/roles", {
    name: "knowledge-editor",
    title: { en: "Editor", zh: "知识审核员" },
    permissions: ["*.read", "knowledge.*"],
  });
  await appoint(page, { name: "zhaomin", role: "knowledge-editor", scope: EVERYTHING });
  editor = await signedIn(browser, mainstay, "zhaomin");
  await lookLike(page, "zh", "light");
  await lookLike(editor, "zh", "light");
});

test.afterAll(async () => {
  await editor.context().close();
  await page.context().close();
  await mainstay.stop();
});

/** Publishes as somebody who has not written on it. */
async function publish(): Promise<void> {
  await editor.goto(mainstay.url + article);
  await editor.getByRole("button", { name: "审核发布", exact: true }).click();
  await expect(editor.getByText("已发布", { exact: true })).toBeVisible();
}

test("an article is written, handed in, and published by somebody else alone", async () => {
  await page.goto(`${mainstay.url}/articles`);
  await page.getByRole("button", { name: "新建条目" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByText("必填").first()).toBeVisible();
  await dialog.getByLabel("标题").fill("三楼打印机无法打印");
  await dialog.getByLabel("现象").fill("任务一直排队");
  await dialog.getByLabel("解决办法").fill("1. 重启 **打印后台服务**\n2. 清空队列");
  await dialog.getByLabel("分类").fill("外设");
  await dialog.getByRole("radio", { name: "公众" }).check();
  await choose(dialog, page, "负责单位", "运维科");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "KB-1 三楼打印机无法打印" })).toBeVisible();
  await expect(page.getByRole("list").filter({ hasText: "清空队列" })).toBeVisible();
  article = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "提交审核" }).click();
  await expect(page.getByText("待审核", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "审核发布", exact: true })).toBeDisabled();
  await editor.goto(mainstay.url + article);
  await editor.getByRole("button", { name: "退回" }).click();
  await editor.getByRole("dialog").getByLabel("原因").fill("请补充适用型号");
  await editor.getByRole("dialog").getByRole("button", { name: "退回" }).click();
  await expect(editor.getByText("请补充适用型号")).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: "提交审核" }).click();
  await expect(page.getByText("待审核", { exact: true })).toBeVisible();
  await publish();
});

test("readers find it, vote, and see the old text until the new one is published", async () => {
  await page.goto(`${mainstay.url}/knowledge`);
  await page.getByRole("searchbox", { name: "搜索知识条目" }).fill("打印机不能用");
  // The address holds what is sought a moment later.
  await expect(page).toHaveURL(/q=/);
  await page.getByRole("link", { name: "三楼打印机无法打印" }).click();
  await page.getByRole("button", { name: "有用", exact: true }).click();
  await expect(page.getByText("有用 1，无用 0")).toBeVisible();
  await expect(page.getByRole("button", { name: "有用", exact: true })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await page.getByRole("link", { name: "查看编写稿" }).click();
  await page.getByRole("button", { name: "编辑" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("解决办法").fill("换一台打印机");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("读者目前看到的是第 1 版")).toBeVisible();
  await card(page, "历史版本").getByText("尚未发布的修改").click();
  await expect(card(page, "历史版本").getByRole("insertion")).toContainText("换一台打印机");
  await page.getByRole("link", { name: "查看发布内容" }).click();
  await expect(page.getByText("清空队列")).toBeVisible();
  await page.goto(mainstay.url + article);
  await page.getByRole("button", { name: "提交审核" }).click();
  await publish();
  await page.goto(mainstay.url + article);
  await expect(card(page, "历史版本").getByText("第 2 版")).toBeVisible();
});

test("whoever writes in from outside reads what is for the public where they type", async ({
  browser,
}) => {
  await openToAll(page, "request", formOf(known.unit));
  const guest = await (await browser.newContext({ viewport: PHONE })).newPage();
  const heard = complaintsOf(guest);
  await guest.goto(`${mainstay.url}/enquiry`);
  await lookLike(guest, "zh", "light");
  await guest.reload();
  await guest.getByLabel("标题").fill("打印机");
  const suggested = guest.getByRole("region", { name: "这些内容可能有帮助" });
  await suggested.getByText("三楼打印机无法打印").click();
  await expect(suggested.getByText("换一台打印机")).toBeVisible();
  await settled(guest);
  await guest.screenshot({ path: "test-results/screens/enquiry-suggested.png", fullPage: true });
  expect(heard).toEqual([]);
  await guest.context().close();
});

test("whoever opens a ticket is told of it, and a solved ticket becomes a draft", async () => {
  await page.goto(`${mainstay.url}/tickets/new`);
  await page.getByRole("main").getByLabel("标题").first().fill("打印机又坏了");
  await expect(page.getByRole("region", { name: "这些内容可能有帮助" })).toContainText("KB-1");
  const id = await opened(page, known.unit, "incident", "邮箱收不到附件", { text: "陈会计来电" });
  await page.goto(`${mainstay.url}/tickets/${id}`);
  const knowledge = card(page, "相关知识");
  await expect(knowledge.getByRole("button", { name: "生成知识草稿" })).toBeDisabled();
  const next = card(page, "下一步操作");
  await next.getByRole("button", { name: "受理" }).click();
  await next.getByRole("button", { name: "解决" }).click();
  const solving = page.getByRole("dialog");
  await solving.getByRole("textbox", { name: "答复内容" }).fill("已放宽附件大小限制。");
  await solving.getByRole("button", { name: "解决" }).click();
  await knowledge.getByRole("button", { name: "生成知识草稿" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "KB-2 邮箱收不到附件" })).toBeVisible();
  await expect(page.getByText("已放宽附件大小限制。")).toBeVisible();
  await expect(page.getByText("提交审核前请删除诉求人信息。")).toBeVisible();
  await card(page, "关联工单").getByRole("link", { name: /^INC-/ }).click();
  await expect(card(page, "相关知识").getByRole("link", { name: /KB-2/ })).toBeVisible();
  await expect(card(page, "相关知识").getByText("编写中")).toBeVisible();
});

test("its pages are fit to be looked at", async () => {
  const read = article.replace("/articles/", "/knowledge/");
  for (const [name, path] of [
    ["knowledge", "/knowledge"],
    ["knowledge-article", read],
    ["articles", "/articles"],
    ["article", article],
  ] as const) {
    await lookAround(page, mainstay, name, path);
  }
  expect(complaints).toEqual([]);
});
