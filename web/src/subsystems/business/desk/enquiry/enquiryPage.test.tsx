import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Look } from "../../../../shell/Look";
import { PreferencesProvider } from "../../../../shell/preferences";
import { makeQueries } from "../../../../shell/queries";
import EnquiryPage from "./EnquiryPage";

// A machine that builds at the same time draws slowly.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const STATUS = {
  number: "REQ-7",
  subject: "No light",
  progress: "received",
  received_at: "2026-01-01T00:00:00Z",
  changed_at: "2026-01-01T00:00:00Z",
  lines: [],
  may_add: true,
  may_rate: false,
  rating: null,
};
let sent: { stamp: string; text: string; name: string; website?: string }[];
let credentials: unknown[];

function answer(status: number, body: unknown): Promise<Response> {
  return Promise.resolve(new Response(JSON.stringify(body), { status }));
}

/** A server whose first form has become stale before it is sent. */
function serve(): void {
  let handed = 0;
  const form = () => ({
    key: "request",
    title: { en: "Ask us", zh: "来信" },
    intro: { en: "", zh: "" },
    fields: [],
    categories: [],
    contact: "optional",
    stamp: `stamp-${(handed += 1)}`,
    work_bits: 0,
    wait_s: 0,
  });
  vi.stubGlobal("fetch", (address: string, options: RequestInit) => {
    credentials.push(options.credentials);
    if (address.endsWith("/public/forms")) return answer(200, { items: [form()], next: null });
    if (address.endsWith("/status")) return answer(200, STATUS);
    if (address.includes("/knowledge")) return answer(200, { items: [], next: null });
    const body = JSON.parse(String(options.body));
    sent.push(body);
    if (body.stamp === "stamp-1") {
      const fields = [{ field: "stamp", found: "", expected: "a fresh form" }];
      return answer(400, { status: 400, title: "wrong", code: "invalid", fields });
    }
    return answer(201, { code: "AAAAA-BBBBB-CCCCC-DDDDD" });
  });
}

beforeEach(() => {
  localStorage.setItem("mainstay.language", "en");
  [sent, credentials] = [[], []];
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function type(label: string, value: string): void {
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
}

it("a form that has become stale is opened again by itself, and the code is shown", async () => {
  serve();
  render(
    <QueryClientProvider client={makeQueries()}>
      <PreferencesProvider>
        <Look>
          <MemoryRouter>
            <EnquiryPage />
          </MemoryRouter>
        </Look>
      </PreferencesProvider>
    </QueryClientProvider>,
  );
  await screen.findByRole("heading", { name: "Ask us" });
  type("Subject", "No light");
  type("What you want to say", "In hall 3.");
  fireEvent.click(screen.getByRole("button", { name: "Send" }));
  await screen.findByRole("heading", { name: "It has arrived" });
  expect(sent.map(({ stamp, text, name }) => [stamp, text, name])).toEqual([
    ["stamp-1", "In hall 3.", ""],
    ["stamp-2", "In hall 3.", ""],
  ]);
  expect(screen.getByDisplayValue("AAAAA-BBBBB-CCCCC-DDDDD")).toBeTruthy();
  expect(await screen.findByText("REQ-7")).toBeTruthy();
  // The server is never told who is signed in beside it.
  expect(new Set(credentials)).toEqual(new Set(["omit"]));
});
