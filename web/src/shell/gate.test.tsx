import { notifyManager, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Gate } from "./Gate";
import { Look } from "./Look";
import { PreferencesProvider } from "./preferences";
import { makeQueries } from "./queries";

// A machine that builds at the same time draws slowly.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

let owed: string | null;

/** A server on which somebody must choose a password of their own, until that is done. */
function serve(): void {
  owed = "password";
  vi.stubGlobal("fetch", (path: string, options: RequestInit) => {
    if (options.method === "POST" && path === "/api/v1/profile/password") owed = null;
    const session = { user: { name: "lin" }, permissions: [], csrf_token: "c", owed };
    const body = path === "/api/v1/session" ? session : null;
    return Promise.resolve(new Response(JSON.stringify(body), { status: 200 }));
  });
}

function open(queries = makeQueries()): void {
  render(
    <QueryClientProvider client={queries}>
      <PreferencesProvider>
        <Look>
          <MemoryRouter>
            <Gate waiting={<p>waiting</p>}>
              <p>inside</p>
            </Gate>
          </MemoryRouter>
        </Look>
      </PreferencesProvider>
    </QueryClientProvider>,
  );
}

function type(label: string, value: string): void {
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
}

beforeEach(() => {
  localStorage.setItem("mainstay.language", "en");
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  notifyManager.setScheduler((tell) => setTimeout(tell, 0));
});

// Once the page asked for the password again, for good, where the news came last.
it.each([
  ["before the page knows of the new session", 100],
  ["after the page knows of it", 0],
])("whoever has chosen their own password is let in %s", async (_when, late_ms) => {
  notifyManager.setScheduler((tell) => setTimeout(tell, late_ms));
  serve();
  open();
  await screen.findByRole("heading", { name: "Choose your own password" });
  type("Current password", "the given one");
  type("New password", "seven quiet herons fly");
  type("Password again", "seven quiet herons fly");
  fireEvent.click(screen.getByRole("button", { name: "Change password" }));
  expect(await screen.findByText("inside")).toBeTruthy();
});

it("whoever is inside stays there while the server cannot be reached", async () => {
  let reached = true;
  const session = { user: { name: "lin" }, permissions: [], csrf_token: "c", owed: null };
  vi.stubGlobal("fetch", () =>
    reached
      ? Promise.resolve(new Response(JSON.stringify(session), { status: 200 }))
      : Promise.reject(new TypeError("no network")),
  );
  const queries = makeQueries();
  queries.setDefaultOptions({ queries: { retry: false } });
  open(queries);
  await screen.findByText("inside");
  reached = false;
  await queries.refetchQueries({ queryKey: ["session"] });
  expect(screen.queryByText("inside")).toBeTruthy();
});
