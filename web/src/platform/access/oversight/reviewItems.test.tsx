import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ReviewView } from "../../../api/contract";
import { Gate } from "../../../shell/Gate";
import { Look } from "../../../shell/Look";
import { PreferencesProvider } from "../../../shell/preferences";
import { makeQueries } from "../../../shell/queries";
import { ReviewItems } from "./ReviewItems";

// A machine that builds at the same time draws slowly.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const PERMISSIONS = ["review.read", "review.change", "grant.read"];
const SESSION = {
  user: { id: "aud", name: "aud" },
  permissions: PERMISSIONS,
  permissions_everywhere: PERMISSIONS,
  csrf_token: "c",
  owed: null,
};
const LINE = {
  id: "1",
  review_id: "r",
  grant_id: "g",
  user_id: "ning",
  user_name: "ning",
  role: "operator",
  scope: { kind: "everything", ids: [] },
  path: [],
  reason: "duty",
  since: "2026-01-01T00:00:00Z",
  valid_to: null,
  last_sign_in_at: null,
  decision: null,
};
const OWN = { ...LINE, id: "2", user_id: "aud", user_name: "aud", role: "audit-administrator" };
const REVIEW: ReviewView = JSON.parse(
  JSON.stringify({ id: "r", title: "Q4", reviewer_id: "aud", closed_at: null, about: {} }),
);

beforeEach(() => {
  localStorage.setItem("mainstay.language", "en");
  const bodies: Record<string, unknown> = {
    "/api/v1/session": SESSION,
    "/api/v1/reviews/r/items": { items: [LINE, OWN], next: null },
    "/api/v1/grants/g": { id: "g", ended_at: "2026-11-02T00:00:00Z", valid_to: null },
  };
  vi.stubGlobal("fetch", (address: string) => {
    const body = bodies[address.split("?")[0] ?? ""] ?? { items: [], next: null };
    return Promise.resolve(new Response(JSON.stringify(body)));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("says why one's own line stays open, and that a right is over before it is confirmed", async () => {
  render(
    <PreferencesProvider>
      <QueryClientProvider client={makeQueries()}>
        <Look>
          <MemoryRouter>
            <Gate waiting={<p>waiting</p>}>
              <ReviewItems review={REVIEW} />
            </Gate>
          </MemoryRouter>
        </Look>
      </QueryClientProvider>
    </PreferencesProvider>,
  );
  await screen.findByText(/Nobody decides about themselves/);
  fireEvent.click(screen.getByRole("button", { name: "Confirm" }));
  expect(await screen.findByText(/This right ended .*2026/)).toBeDefined();
});
