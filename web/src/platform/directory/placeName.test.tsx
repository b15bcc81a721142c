import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Gate } from "../../shell/Gate";
import { Look } from "../../shell/Look";
import { PreferencesProvider } from "../../shell/preferences";
import { makeQueries } from "../../shell/queries";
import { UnitName } from "./PlaceName";

// A machine that builds at the same time draws slowly.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const SEEN = { id: "seen", name: { en: "Network", zh: "网络处" }, parent_id: null };
let asked: string[];

/** A server on which somebody sees the units of a part, or all of them. */
function serve(everywhere: boolean): void {
  const permissions = ["directory.read"];
  const session = {
    user: { name: "lin" },
    permissions,
    permissions_everywhere: everywhere ? permissions : [],
    csrf_token: "c",
    owed: null,
  };
  const bodies: Record<string, unknown> = {
    "/api/v1/session": session,
    "/api/v1/units": { items: [SEEN], next: null },
    "/api/v1/units/seen": SEEN,
  };
  vi.stubGlobal("fetch", (address: string) => {
    const [path = ""] = address.split("?");
    if (path.startsWith("/api/v1/units")) asked.push(path);
    const body = bodies[path];
    const answer = body === undefined ? { status: 404, title: "gone" } : body;
    return Promise.resolve(
      new Response(JSON.stringify(answer), { status: body === undefined ? 404 : 200 }),
    );
  });
}

function open(id: string): void {
  render(
    <QueryClientProvider client={makeQueries()}>
      <PreferencesProvider>
        <Look>
          <MemoryRouter>
            <Gate waiting={<p>waiting</p>}>
              <UnitName id={id} />
            </Gate>
          </MemoryRouter>
        </Look>
      </PreferencesProvider>
    </QueryClientProvider>,
  );
}

beforeEach(() => {
  asked = [];
  localStorage.setItem("mainstay.language", "en");
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it.each([
  ["a unit of one's part goes by its name", false, "seen", "Network", "/api/v1/units"],
  ["a unit elsewhere is not asked for", false, "other", "(outside what you may see)", "/api/v1/units"],
  ["who sees all asks for it", true, "seen", "Network", "/api/v1/units/seen"],
  ["what is no more is said to be so", true, "other", "(not there any more)", "/api/v1/units/other"],
])("%s", async (_, everywhere, id, shown, path) => {
  serve(everywhere);
  open(id);
  await screen.findByText(shown);
  expect(new Set(asked)).toEqual(new Set([path]));
});
