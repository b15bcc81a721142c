import type { Locator, Page } from "@playwright/test";
import { card } from "./office";
import { make } from "./things";

/** Opens a ticket as the page would, in the charge of a unit. */
export function opened(
  page: Page,
  unit_id: string,
  type: string,
  subject: string,
  { text = "三楼", person_id = null }: { text?: string; person_id?: string | null } = {},
): Promise<string> {
  const requester = { name: "陈会计", contact: "8021", person_id };
  const content = { subject, text, requester, impact: "low", urgency: "low" };
  return make(page, "/tickets", { type, unit_id, channel: "phone", content });
}

/** What can be done with the ticket of the page. */
export function next(page: Page): Locator {
  return card(page, "下一步操作");
}

/** Takes an option of the list that is unfolded. */
export async function option(page: Page, wanted: string | RegExp): Promise<void> {
  const list = page.locator(".ant-select-dropdown:visible");
  await list.locator(".ant-select-item-option-content").getByText(wanted).first().click();
}
