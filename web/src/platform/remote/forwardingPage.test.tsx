import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Gate } from "../../shell/Gate";
import { Look } from "../../shell/Look";
import { PreferencesProvider } from "../../shell/preferences";
import { makeQueries } from "../../shell/queries";
import ForwardingPage from "./ForwardingPage";

// A machine that builds at the same time draws slowly.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const STANDING = {
  samples_waiting: 12_345,
  bytes_waiting: 2_048,
  lag_s: 90,
  samples_sent: 7,
  samples_refused: 0,
  samples_dropped_full: 0,
  samples_dropped_old: 0,
  samples_dropped_disk: 0,
  retries: 3,
  remote_write: "2.0",
  said: { en: "HTTP 503: busy", zh: "HTTP 503：繁忙" },
  said_at: "2026-01-01T00:01:00Z",
  failing_since: "2026-01-01T00:00:00Z",
  samples_per_s: 0,
  history_asked: 0,
  history_failed: 0,
};
const DESTINATION = {
  id: "d1",
  name: "long-term store",
  settings: {
    write_url: "https://metrics.example/api/v1/write",
    history_url: null,
    user: null,
    secret_id: null,
    ca_pem: "",
    external_labels: {},
    relabel: [],
    shards: 4,
    request_samples: 2_000,
    queue_mib: 1_024,
    queue_h: 72,
  },
  enabled: true,
  standing: STANDING,
  version: 3,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};
let asked: { what: string; body: unknown }[];

/** A server with one destination, for somebody who has these rights over everything. */
function serve(permissions: string[], destination: object): void {
  const session = {
    user: { name: "lin" },
    permissions,
    permissions_everywhere: permissions,
    csrf_token: "c",
    owed: null,
  };
  const bodies: Record<string, unknown> = {
    "/api/v1/session": session,
    "/api/v1/destinations": { items: [destination], next: null },
    "/api/v1/destinations/d1": destination,
  };
  vi.stubGlobal("fetch", (address: string, { method, body }: RequestInit) => {
    const sent = typeof body === "string" ? JSON.parse(body) : null;
    asked.push({ what: `${method} ${address.replace("/api/v1", "")}`, body: sent });
    const answer = bodies[address.split("?")[0] ?? ""] ?? { items: [], next: null };
    return Promise.resolve(new Response(JSON.stringify(answer), { status: 200 }));
  });
}

function open(): void {
  render(
    <QueryClientProvider client={makeQueries()}>
      <PreferencesProvider>
        <Look>
          <MemoryRouter>
            <Gate waiting={<p>waiting</p>}>
              <ForwardingPage />
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

it("what waits stands there with the reason, and unfolds to all that is known", async () => {
  serve(["destination.read"], DESTINATION);
  open();
  expect(await screen.findByText("long-term store")).toBeTruthy();
  expect(screen.getByText("Waiting")).toBeTruthy();
  expect(screen.getByText("HTTP 503: busy")).toBeTruthy();
  expect(screen.queryByText("Failing since")).toBeNull();
  fireEvent.click(screen.getByText("long-term store"));
  expect(await screen.findByText("Failing since")).toBeTruthy();
  expect(screen.getByText("https://metrics.example/api/v1/write")).toBeTruthy();
  // Who may not change it sees why.
  expect(screen.getByRole("button", { name: "Edit" }).hasAttribute("disabled")).toBe(true);
});

it("a queue that cannot be opened and one that is put aside are told apart", async () => {
  serve(["destination.read"], { ...DESTINATION, standing: null });
  open();
  expect(await screen.findByText("Its queue cannot be opened")).toBeTruthy();
  cleanup();
  const idle = { ...STANDING, failing_since: null, said: null };
  serve(["destination.read"], { ...DESTINATION, enabled: false, standing: idle });
  open();
  expect(await screen.findByText("Put aside")).toBeTruthy();
});

it("a change replaces the destination at its version, and what is not shown stays", async () => {
  serve(["destination.read", "destination.change"], DESTINATION);
  open();
  fireEvent.click(await screen.findByRole("button", { name: "Edit" }));
  const dialog = await screen.findByRole("dialog");
  const address = within(dialog).getByLabelText("Address to write to");
  fireEvent.change(address, { target: { value: "https://other.example/write" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Save" }));
  await waitFor(() => expect(asked.some(({ what }) => what === "PUT /destinations/d1")).toBe(true));
  const { history_url: _, user: _user, secret_id: _secret, ...rest } = DESTINATION.settings;
  const { ca_pem: _pem, external_labels: _labels, relabel: _relabel, ...settings } = rest;
  expect(asked.find(({ what }) => what.startsWith("PUT"))?.body).toEqual({
    name: "long-term store",
    enabled: true,
    settings: { ...settings, write_url: "https://other.example/write" },
  });
});
