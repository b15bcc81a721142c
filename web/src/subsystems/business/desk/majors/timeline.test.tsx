import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, expect, it, vi } from "vitest";
import type { Language, TicketPageView } from "../../../../api/contract";
import { Gate } from "../../../../shell/Gate";
import { Look } from "../../../../shell/Look";
import { PreferencesProvider } from "../../../../shell/preferences";
import { makeQueries } from "../../../../shell/queries";
import { bodyOf, PLAIN } from "../types/typeForm";
import { TimelineCard } from "./TimelineCard";

// A machine that builds at the same time draws slowly.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const AT = "2026-01-01T00:00:00Z";
const TYPE = { version: 1, changed_at: AT, type: { ...bodyOf(PLAIN), key: "visit" } };
const [WAY] = TYPE.type.transitions;
const UNIT = { id: "u1", name: { en: "Network", zh: "网络科" } };
const TICKET: TicketPageView = JSON.parse(
  JSON.stringify({ id: "t1", number: "VIS-1", type: "visit", hops: [{ number: 2, unit: UNIT }] }),
);

const DETAILS: Record<string, object> = {
  "ticket.moved": { transition: WAY?.key, priority_before: 4 },
  "ticket.linked": { kind: "duplicate_of", other_number: "VIS-2" },
  "ticket.called_back": { result: "dissatisfied" },
  "ticket.warned": { clock: "hop-2", percent: 75 },
};

function serve(): void {
  const facts = Object.entries(DETAILS).map(([verb, detail], seq) => ({
    seq,
    at: AT,
    by: "Ada",
    verb,
    detail,
  }));
  const rights = { permissions: [], permissions_everywhere: [] };
  const bodies: Record<string, unknown> = {
    "/api/v1/session": { user: { name: "lin" }, ...rights, csrf_token: "c", owed: null },
    "/api/v1/ticket-types": { items: [TYPE], next: null },
    "/api/v1/tickets/t1/timeline": { items: facts, next: null },
  };
  vi.stubGlobal("fetch", (address: string) => {
    const body = bodies[address.split("?")[0] ?? ""] ?? { items: [], next: null };
    return Promise.resolve(new Response(JSON.stringify(body), { status: 200 }));
  });
}

/** All that the timeline says of what happened, as one text. */
async function told(language: Language): Promise<string> {
  localStorage.setItem("mainstay.language", language);
  serve();
  render(
    <QueryClientProvider client={makeQueries()}>
      <PreferencesProvider>
        <Look>
          <MemoryRouter>
            <Gate waiting={<p>waiting</p>}>
              <TimelineCard ticket={TICKET} />
            </Gate>
          </MemoryRouter>
        </Look>
      </PreferencesProvider>
    </QueryClientProvider>,
  );
  await screen.findAllByText("75");
  await screen.findByText(WAY?.name[language] ?? "");
  return document.body.textContent ?? "";
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

// Once the keys of the server stood there.
it.each([
  ["en" as const, ["P4", "is a duplicate of", "dissatisfied", "2. Time of Network"]],
  ["zh" as const, ["P4", "重复于", "不满意", "2. 网络科办理时限"]],
])("what happened is told in words, not keys: %s", async (language, words) => {
  const text = await told(language);
  for (const word of words) expect(text).toContain(word);
  expect(text).not.toMatch(/duplicate_of|hop-2/);
});
