import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { MemoryRouter, Route, Routes } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Gate } from "../../../../shell/Gate";
import { Look } from "../../../../shell/Look";
import { PreferencesProvider } from "../../../../shell/preferences";
import { makeQueries } from "../../../../shell/queries";
import { bodyOf, NEW_STATE, PLAIN } from "./typeForm";
import TypePage from "./TypePage";

// A machine that builds at the same time draws slowly.
configure({ asyncUtilTimeout: 20_000 });
vi.setConfig({ testTimeout: 60_000 });

const NAME = { en: "Visit", zh: "来访" };
const UNIT = { id: "u1", code: "OPS", name: { en: "Operations", zh: "运维科" }, parent_id: null };
const WAITING = { ...NEW_STATE, key: "waiting", name: { en: "Waiting", zh: "等待" } };
const LETTERS = {
  unit_id: "u1",
  title: { en: "Write to us", zh: "来信" },
  intro: { en: "", zh: "" },
  fields: [],
  categories: [{ key: "line", name: { en: "Lines", zh: "线路" }, unit_id: null }],
  contact: "optional" as const,
  work_bits: 16,
  wait_s: 5,
};
type Sent = ReturnType<typeof bodyOf>;
let sent: Sent[];
/** What the server finds wrong with what it is sent. */
let wrong: string[];

function typed(type: Partial<Sent>): Sent {
  return { ...bodyOf(PLAIN), key: "visit", name: NAME, prefix: "VIS", ...type };
}

function open(type: Sent): void {
  const session = {
    user: { name: "lin" },
    permissions: ["desk.configure"],
    permissions_everywhere: ["desk.configure"],
    csrf_token: "c",
    owed: null,
  };
  const bodies: Record<string, unknown> = {
    "/api/v1/session": session,
    "/api/v1/ticket-types": { items: [{ version: 1, changed_at: "", type }], next: null },
    "/api/v1/units": { items: [UNIT], next: null },
  };
  vi.stubGlobal("fetch", (address: string, { method, body }: RequestInit) => {
    if (method === "PUT") {
      sent.push(JSON.parse(String(body)));
      const fields = wrong.map((field) => ({ field, found: "", expected: `other ${field}` }));
      const problem = { status: 400, title: "wrong", code: "invalid", fields };
      const [status, said] = fields.length > 0 ? [400, problem] : [200, {}];
      return Promise.resolve(new Response(JSON.stringify(said), { status }));
    }
    const found = bodies[address.split("?")[0] ?? ""] ?? { items: [], next: null };
    return Promise.resolve(new Response(JSON.stringify(found), { status: 200 }));
  });
  render(
    <QueryClientProvider client={makeQueries()}>
      <PreferencesProvider>
        <Look>
          <MemoryRouter initialEntries={["/types/visit"]}>
            <Gate waiting={<p>waiting</p>}>
              <Routes>
                <Route path="/types/:key" element={<TypePage />} />
                <Route path="*" element={<p>saved</p>} />
              </Routes>
            </Gate>
          </MemoryRouter>
        </Look>
      </PreferencesProvider>
    </QueryClientProvider>,
  );
}

function save(): void {
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
}

beforeEach(() => {
  localStorage.setItem("mainstay.language", "en");
  [sent, wrong] = [[], []];
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("a form for everybody begins with the name of its type, and wants a unit", async () => {
  open(typed({}));
  fireEvent.click(await screen.findByLabelText("Open a form to everybody"));
  expect(await screen.findByLabelText("Title (English)")).toHaveProperty("value", "Visit");
  expect(screen.getByLabelText("Title (Chinese)")).toHaveProperty("value", "来访");
  const link = screen.getByRole("link", { name: "See the page of enquiries" });
  expect(link.getAttribute("href")).toBe("/enquiry?form=visit");
  save();
  expect(await screen.findByText("Fill this in.")).toBeTruthy();
  expect(sent).toEqual([]);
  fireEvent.mouseDown(screen.getByRole("combobox", { name: "Unit in charge" }));
  // The tree also says it to screen readers.
  const named = await screen.findAllByText("Operations · OPS");
  for (const one of named.slice(-1)) fireEvent.click(one);
  save();
  await waitFor(() => expect(sent).toHaveLength(1));
  const begun = { ...LETTERS, title: NAME, categories: [] };
  expect(sent[0]?.public).toEqual(begun);
});

it("faults of a form for everybody stand at their fields; turned off, null is sent", async () => {
  wrong = ["public.categories[0].key", "public.title.zh", "public.wait_s"];
  open(typed({ public: LETTERS }));
  await screen.findByText("Lines", { selector: "summary" });
  save();
  for (const field of wrong) expect(await screen.findByText(`Expected: other ${field}`)).toBeTruthy();
  expect(screen.queryByText("public.wait_s", { selector: "code" })).toBeNull();
  expect(screen.getByText("Lines").closest("details")?.open).toBe(true);
  expect(sent[0]?.public).toEqual(LETTERS);

  // Turned off and on again, all that was said is there.
  const turn = screen.getByLabelText("Open a form to everybody");
  fireEvent.click(turn);
  await waitFor(() => expect(screen.queryByLabelText("Title (English)")).toBeNull());
  fireEvent.click(turn);
  expect(await screen.findByLabelText("Title (English)")).toHaveProperty("value", "Write to us");
  expect(screen.getByText("Lines", { selector: "summary" })).toBeTruthy();
  fireEvent.click(turn);
  wrong = [];
  save();
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[1]?.public).toBeNull();
});

it("only a paused state can wait for the requester", async () => {
  const states = [...PLAIN.states, { ...WAITING, phase: "paused" as const }];
  open(typed({ states }));
  const box = await screen.findByLabelText(/^State 5 · Waits for the requester/);
  expect(screen.getAllByLabelText(/ · Waits for the requester/)).toHaveLength(1);
  fireEvent.click(box);
  save();
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.states.slice(-2)).toMatchObject([
    { key: "closed", waits_for_requester: false },
    { key: "waiting", waits_for_requester: true },
  ]);
});
