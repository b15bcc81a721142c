import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Gate } from "../../shell/Gate";
import { Look } from "../../shell/Look";
import { PreferencesProvider } from "../../shell/preferences";
import { makeQueries } from "../../shell/queries";
import { targetOf } from "./listed";
import { ResourceTools } from "./ResourceTools";

// A machine that builds at the same time draws slowly.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const LISTED = { filter: "", kind: "service", q: "xy-host", retired: "" };
const PERMISSIONS = ["resource.read", "resource.change"];
const SESSION = {
  user: { name: "ada" },
  permissions: PERMISSIONS,
  permissions_everywhere: PERMISSIONS,
  csrf_token: "c",
  owed: null,
};

interface Sent {
  address: string;
  language: string | null;
  body: unknown;
}
let sent: Sent[];

beforeEach(() => {
  sent = [];
  localStorage.setItem("mainstay.language", "en");
  vi.stubGlobal("fetch", (address: string, init?: RequestInit) => {
    const language = new Headers(init?.headers).get("Accept-Language");
    const text = typeof init?.body === "string" ? init.body : "null";
    sent.push({ address, language, body: JSON.parse(text) });
    const body = address === "/api/v1/session" ? SESSION : { items: [], next: null, steps: [] };
    return Promise.resolve(new Response(JSON.stringify(body)));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function openMenu(): Promise<void> {
  render(
    <PreferencesProvider>
      <QueryClientProvider client={makeQueries()}>
        <Look>
          <MemoryRouter>
            <Gate waiting={<p>waiting</p>}>
              <ResourceTools listed={LISTED} />
            </Gate>
          </MemoryRouter>
        </Look>
      </QueryClientProvider>
    </PreferencesProvider>,
  );
  fireEvent.click(await screen.findByRole("button", { name: /Tools$/ }));
}

const to = (path: string) => sent.filter(({ address }) => address.split("?")[0] === path);

it("a change of many is about exactly what the list holds", async () => {
  await openMenu();
  fireEvent.click(await screen.findByText("Change all that the list holds"));
  fireEvent.change(await screen.findByLabelText("Life cycle"), { target: { value: "planned" } });
  fireEvent.click(screen.getByRole("button", { name: "Show what it would do" }));
  await waitFor(() => expect(to("/api/v1/resources/bulk/preview")).toHaveLength(1));
  expect(to("/api/v1/resources/bulk/preview")[0]?.body).toEqual({
    filter: "",
    kind: "service",
    q: "xy-host",
    edit: { life_cycle: "planned" },
    retire: false,
  });
});

it("what is out of use is meant when the list shows that", () => {
  expect(targetOf({ filter: "a = 1", kind: "", q: "", retired: "true" })).toEqual({
    filter: "a = 1",
    retired: true,
  });
});

it("a file holds what the list holds, in the language of the page", async () => {
  await openMenu();
  fireEvent.click(await screen.findByText("Export as CSV"));
  const path = "/api/v1/resources/export";
  await waitFor(() => expect(to(path)).toHaveLength(1));
  expect(to(path)[0]).toMatchObject({
    address: `${path}?kind=service&q=xy-host&format=csv`,
    language: "en",
  });
});
