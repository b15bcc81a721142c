import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Gate } from "../../../../shell/Gate";
import { Look } from "../../../../shell/Look";
import { PreferencesProvider } from "../../../../shell/preferences";
import { makeQueries } from "../../../../shell/queries";
import MailsPage from "./MailsPage";

// A machine that builds at the same time draws slowly.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const MAIL = {
  id: "m1",
  mailbox_id: "b1",
  mailbox: "Help desk",
  mailbox_removed: false,
  direction: "in",
  state: "set_aside",
  address: "robot@example.org",
  name: "Robot",
  subject: "Out of office",
  message_id: "1@example.org",
  ticket_id: null,
  reason: { en: "an automatic reply (Auto-Submitted)", zh: "自动回复" },
  attempts: 0,
  noticed_at: "2026-01-01T00:00:00Z",
  settled_at: null,
};
let asked: string[];

/** A server with one mail that waits, for somebody who has these rights over everything or a part. */
function serve(permissions: string[], everywhere: string[]): void {
  const session = {
    user: { name: "lin" },
    permissions,
    permissions_everywhere: everywhere,
    csrf_token: "c",
    owed: null,
  };
  const mailbox = { id: "b1", mailbox: { name: "Help desk" } };
  const bodies: Record<string, unknown> = {
    "/api/v1/session": session,
    "/api/v1/mails": { items: [MAIL], next: null },
    "/api/v1/mailboxes": { items: [mailbox] },
    "/api/v1/mails/m1/dismissal": { ...MAIL, state: "dismissed" },
  };
  vi.stubGlobal("fetch", (address: string, { method }: RequestInit) => {
    asked.push(`${method} ${address.replace("/api/v1", "")}`);
    const body = bodies[address.split("?")[0] ?? ""];
    return Promise.resolve(new Response(JSON.stringify(body), { status: 200 }));
  });
}

function open(): void {
  render(
    <QueryClientProvider client={makeQueries()}>
      <PreferencesProvider>
        <Look>
          <MemoryRouter>
            <Gate waiting={<p>waiting</p>}>
              <MailsPage />
            </Gate>
          </MemoryRouter>
        </Look>
      </PreferencesProvider>
    </QueryClientProvider>,
  );
}

beforeEach(() => {
  localStorage.setItem("mainstay.language", "en");
  asked = [];
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("what is set aside stands there with the reason, and is put away after one question", async () => {
  const rights = ["ticket.read", "ticket.work", "ticket.create"];
  serve(rights, rights);
  open();
  expect(await screen.findByText("an automatic reply (Auto-Submitted)")).toBeTruthy();
  expect(await screen.findByText("Help desk")).toBeTruthy();
  expect(asked).toContain("GET /mails?state=set_aside");
  fireEvent.click(screen.getByRole("button", { name: "Put away" }));
  const dialog = await screen.findByRole("dialog");
  expect(within(dialog).getByText(/Out of office.*robot@example.org/)).toBeTruthy();
  expect(asked).not.toContain("POST /mails/m1/dismissal");
  fireEvent.click(within(dialog).getByRole("button", { name: "Put away" }));
  await waitFor(() => expect(asked).toContain("POST /mails/m1/dismissal"));
});

it("who sees a part asks for no mailboxes, and who may open nothing is told so", async () => {
  serve(["ticket.read", "ticket.work"], []);
  open();
  const open_ticket = await screen.findByRole("button", { name: "Make a ticket" });
  expect(open_ticket.hasAttribute("disabled")).toBe(true);
  expect(screen.getByTitle("Your role lacks the right “ticket.create”")).toBeTruthy();
  expect(asked.filter((one) => one.includes("/mailboxes"))).toEqual([]);
});
