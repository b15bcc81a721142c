import type { Page } from "@playwright/test";
import { freePort } from "./ports";
import { make } from "./things";

/** Opens a type of tickets to people outside, or shuts it again with null. */
export async function openToAll(page: Page, key: string, form: unknown): Promise<void> {
  await page.evaluate(
    async ([type, text]) => {
      const session = await (await fetch("/api/v1/session")).json();
      const { items } = await (await fetch("/api/v1/ticket-types")).json();
      const found = items.find((one: { type: { key: string } }) => one.type.key === type);
      const answer = await fetch(`/api/v1/ticket-types/${type}`, {
        method: "PUT",
        headers: {
          "Content-Type": "application/json",
          "X-CSRF-Token": session.csrf_token,
          "If-Match": `"${found.version}"`,
        },
        body: JSON.stringify({ ...found.type, public: JSON.parse(text ?? "null") }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    [key, JSON.stringify(form)],
  );
}

/** A form for everybody, in the charge of that unit. */
export function formOf(unit_id: string) {
  return {
    unit_id,
    title: { en: "Ask the network office", zh: "网络科信箱" },
    intro: {
      en: "Tell us what does not work, and where. We answer within five working days.",
      zh: "请说明故障现象和地点，我们将在五个工作日内答复。",
    },
    fields: [],
    contact: "optional",
    categories: [
      { key: "line", name: { en: "Lines and sockets", zh: "线路与接口" } },
      { key: "wireless", name: { en: "Wireless", zh: "无线网络" } },
    ],
  };
}

/** A password for a mailbox, and a mailbox that nobody answers for. */
export async function mailbox(page: Page, unit_id: string): Promise<string> {
  const password_secret = await make(page, "/secrets", {
    name: "Mail account",
    kind: "password",
    value: "not the real one",
    owner: "Network group",
  });
  return make(page, "/mailboxes", {
    name: "Help desk",
    enabled: true,
    address: "help.desk.of.the.network.office@operations.example.org",
    host: "127.0.0.1",
    port: await freePort(),
    tls: "tls",
    user: "desk",
    password_secret,
    folder: "INBOX",
    type: "request",
    unit_id,
  });
}

/** Tells of a call as an exchange does. */
export function tell(page: Page, event: string, callId: string, from: string): Promise<string> {
  return make(page, "/cti/calls", { event, callId, direction: "in", from, to: "8301", user: "wang" });
}

/** What the pages of the desk's intake are looked at with. */
export async function intake(page: Page, unit_id: string): Promise<void> {
  await openToAll(page, "request", formOf(unit_id));
  await openToAll(page, "enquiry", {
    ...formOf(unit_id),
    title: { en: "Director's mailbox", zh: "领导信箱" },
    fields: ["kind"],
  });
  await mailbox(page, unit_id);
  await tell(page, "newCall", "walk-1", "+86 138 0000 0000");
  await tell(page, "answer", "walk-1", "+86 138 0000 0000");
  await tell(page, "newCall", "walk-2", "0571-87654321");
  await tell(page, "hangup", "walk-2", "0571-87654321");
}
