import { expect } from "@playwright/test";
import type { Page } from "@playwright/test";
import { freePort } from "./ports";

const APPEARS_WITHIN_MS = 60_000;

/** Ids of things whose pages are looked at. */
export interface Things {
  host: string;
  service: string;
  check: string;
  alert: string;
  incident: string;
  plan: string;
  message: string;
}

/** Asks the interface as the page would, and gives the id of the first thing in the list. */
async function first(page: Page, path: string, key = "id"): Promise<string | null> {
  return page.evaluate(
    async ([address, name]) => {
      const answer = await fetch(`/api/v1${address}`);
      const { items } = await answer.json();
      return items[0]?.[name ?? "id"] ?? null;
    },
    [path, key],
  );
}

async function appeared(page: Page, path: string, key?: string): Promise<string> {
  let id: string | null = null;
  await expect
    .poll(async () => (id = await first(page, path, key)), { timeout: APPEARS_WITHIN_MS })
    .not.toBeNull();
  return id ?? "";
}

/** Makes a thing as the page would, and gives its id. */
export async function make(page: Page, path: string, body: unknown): Promise<string> {
  return page.evaluate(
    async ([address, text]) => {
      const session = await (await fetch("/api/v1/session")).json();
      const answer = await fetch(`/api/v1${address}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRF-Token": session.csrf_token },
        body: text ?? "",
      });
      if (!answer.ok) throw new Error(`${address}: ${await answer.text()}`);
      return (await answer.json()).id;
    },
    [path, JSON.stringify(body)],
  );
}

/** Changes a thing as the page would. */
export async function change(page: Page, path: string, body: unknown): Promise<void> {
  await page.evaluate(
    async ([address, text]) => {
      const session = await (await fetch("/api/v1/session")).json();
      const tag = (await fetch(`/api/v1${address}`)).headers.get("ETag");
      const answer = await fetch(`/api/v1${address}`, {
        method: "PATCH",
        headers: {
          "Content-Type": "application/json",
          "X-CSRF-Token": session.csrf_token,
          "If-Match": tag ?? "",
        },
        body: text ?? "",
      });
      if (!answer.ok) throw new Error(`${address}: ${await answer.text()}`);
    },
    [path, JSON.stringify(body)],
  );
}

/** Keeps a secret and makes a channel that nobody answers, and sends a message by it. */
async function told(page: Page): Promise<string> {
  await make(page, "/secrets", {
    name: "Mail gateway",
    kind: "password",
    value: "not the real one",
    owner: "Network group",
  });
  const url = `http://127.0.0.1:${await freePort()}/hook`;
  const channel = await make(page, "/channels", {
    name: "Duty hook",
    kind: "webhook",
    settings: { url },
  });
  return make(page, "/messages", {
    recipient: { kind: "channel", id: channel },
    template: "message.plain",
    parameters: { subject: "Power is off tonight", text: "From 22:00 to 23:00." },
  });
}

/** Waits for a host and a service, and makes a check that fails so that there is an alert. */
export async function things(page: Page): Promise<Things> {
  const host = await appeared(page, "/hosts", "resource_id");
  const service = await appeared(page, "/resources?kind=service");
  const port = await freePort();
  await make(page, "/checks", {
    resource_id: host,
    name: "Back office",
    protocol: "tcp",
    spec: { host: "127.0.0.1", port },
    interval_s: 5,
    retry_interval_s: 1,
    attempts_max: 2,
  });
  const plan = await make(page, "/plans", {
    title: "Leave the old machine room",
    changes: [{ do: "retire", resource: service }],
  });
  await change(page, `/resources/${host}`, {
    description: "Moves to machine room 2",
    effective_at: "2031-01-01T00:00:00Z",
  });
  const alert = await appeared(page, "/alerts?state=open");
  const incident = await appeared(page, "/incidents?state=open");
  const check = await appeared(page, "/checks?state=critical");
  const message = await told(page);
  return { host, service, check, alert, incident, plan, message };
}
