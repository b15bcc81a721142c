import { expect, request } from "@playwright/test";
import type { Browser, Page } from "@playwright/test";
import { PASSWORD } from "./firstRun";
import type { Mainstay } from "./server";
import { make } from "./things";

/** Somebody with a duty: a role, and what it is granted over. */
export interface Duty {
  name: string;
  role: string | null;
  scope: { kind: string; ids?: string[] };
}

export const EVERYTHING = { kind: "everything" };

/** Replaces the password that somebody else has set by one's own: nothing else is let in. */
async function chooseOwn(url: string, name: string, given: string): Promise<void> {
  const api = await request.newContext({ baseURL: url });
  const answer = await api.post("/api/v1/session", { data: { name, password: given } });
  const cookie = answer.headers()["set-cookie"]?.split(";")[0] ?? "";
  const { csrf_token } = await answer.json();
  const changed = await api.post("/api/v1/profile/password", {
    headers: { cookie, "x-csrf-token": csrf_token },
    data: { current: given, new: PASSWORD },
  });
  if (!changed.ok()) throw new Error(await changed.text());
  await api.dispose();
}

/** Makes a user with that duty, as an administrator does. */
export async function appoint(page: Page, duty: Duty): Promise<void> {
  const given = `${PASSWORD} at first`;
  const id = await make(page, "/users", { name: duty.name, password: given });
  await chooseOwn(new URL(page.url()).origin, duty.name, given);
  if (duty.role === null) return;
  await make(page, "/grants", {
    holder: { kind: "user", id },
    role: duty.role,
    scope: duty.scope,
    reason: "The roster of this year",
  });
}

/** Places a resource in a region. */
export async function place(page: Page, id: string, region_id: string): Promise<void> {
  await page.evaluate(
    async ([resource, region]) => {
      const session = await (await fetch("/api/v1/session")).json();
      const before = await (await fetch(`/api/v1/resources/${resource}`)).json();
      const answer = await fetch(`/api/v1/resources/${resource}`, {
        method: "PATCH",
        headers: {
          "Content-Type": "application/json",
          "X-CSRF-Token": session.csrf_token,
          "If-Match": `"${before.version}"`,
        },
        body: JSON.stringify({ region_id: region }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    [id, region_id],
  );
}

/** A browser of their own in which that user has signed in. */
export async function signedIn(browser: Browser, mainstay: Mainstay, name: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${mainstay.url}/sign-in`);
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  return page;
}
