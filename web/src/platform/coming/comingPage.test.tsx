import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Gate } from "../../shell/Gate";
import { Look } from "../../shell/Look";
import { PreferencesProvider } from "../../shell/preferences";
import { makeQueries } from "../../shell/queries";
import ComingPage from "./ComingPage";

// A machine that builds at the same time draws slowly.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const PERMISSIONS = ["resource.read", "directory.read", "directory.change"];
const SESSION = {
  user: { id: "ada", name: "ada" },
  permissions: PERMISSIONS,
  permissions_everywhere: PERMISSIONS,
  csrf_token: "c",
  owed: null,
};
const MOVE = {
  noun: "unit",
  id: "u",
  name: { en: "Network", zh: "网络处" },
  at: "2031-01-01T00:00:00Z",
  turn: "changes",
  version: 1,
  fields: [],
  before_hidden: false,
  after_hidden: false,
  told_by: null,
};

beforeEach(() => {
  localStorage.setItem("mainstay.language", "en");
  vi.stubGlobal("fetch", (address: string) => {
    const list = address.startsWith("/api/v1/directory/coming-changes") ? [MOVE] : [];
    const body = address === "/api/v1/session" ? SESSION : { items: list, next: null };
    return Promise.resolve(new Response(JSON.stringify(body)));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("opens on the side that has something to come, and says how much", async () => {
  render(
    <PreferencesProvider>
      <QueryClientProvider client={makeQueries()}>
        <Look>
          <MemoryRouter>
            <Gate waiting={<p>waiting</p>}>
              <ComingPage />
            </Gate>
          </MemoryRouter>
        </Look>
      </QueryClientProvider>
    </PreferencesProvider>,
  );
  await screen.findByRole("link", { name: "Network" });
  expect(screen.getByRole("radio", { name: "Organisation 1" })).toHaveProperty("checked", true);
});
