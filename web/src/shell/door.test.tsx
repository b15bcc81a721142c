import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { MemoryRouter, Route, Routes } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import FirstRunPage, { tokenOf } from "./FirstRunPage";
import { Look } from "./Look";
import { PreferencesProvider } from "./preferences";
import { makeQueries } from "./queries";
import SignInPage from "./SignInPage";

type Answer = [status: number, body: unknown];

// A machine that builds at the same time draws slowly.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const sent: { path: string; body: unknown }[] = [];

function answer(answers: Record<string, Answer>): void {
  vi.stubGlobal("fetch", (path: string, options: RequestInit) => {
    const key = `${options.method} ${path}`;
    const [status, body] = answers[key] ?? [404, null];
    if (typeof options.body === "string") sent.push({ path, body: JSON.parse(options.body) });
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
}

function open(path: string): void {
  render(
    <QueryClientProvider client={makeQueries()}>
      <PreferencesProvider>
        <Look>
          <MemoryRouter initialEntries={[path]}>
            <Routes>
              <Route path="/sign-in" element={<SignInPage />} />
              <Route path="/first-run" element={<FirstRunPage />} />
              <Route path="*" element={<p>inside</p>} />
            </Routes>
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
  sent.length = 0;
  localStorage.setItem("mainstay.language", "en");
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const SESSION = { user: { name: "lin" }, permissions: [], csrf_token: "c" };

it("signing in leads inside", async () => {
  answer({
    "GET /api/v1/first-run": [200, { needed: false }],
    "POST /api/v1/session": [200, SESSION],
  });
  open("/sign-in?back=/journal");
  type("User name", "lin");
  type("Password", "correct horse battery");
  fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
  await screen.findByText("inside");
  expect(sent).toEqual([
    { path: "/api/v1/session", body: { name: "lin", password: "correct horse battery" } },
  ]);
});

it("a refused sign-in keeps what was typed and says why", async () => {
  answer({
    "GET /api/v1/first-run": [200, { needed: false }],
    "POST /api/v1/session": [
      403,
      { title: "Not signed in", detail: "Name or password is wrong", status: 403, fields: [] },
    ],
  });
  open("/sign-in");
  type("User name", "lin");
  type("Password", "wrong");
  fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByText("Name or password is wrong")).toBeTruthy();
  expect(screen.getByLabelText("User name")).toHaveProperty("value", "lin");
});

it("a fresh server leads from the sign-in to the first run", async () => {
  answer({ "GET /api/v1/first-run": [200, { needed: true }] });
  open("/sign-in");
  expect(await screen.findByRole("heading", { name: /first administrator/ })).toBeTruthy();
});

it("the first run shows a fault of the server at its field", async () => {
  window.location.hash = "#token=once";
  answer({
    "GET /api/v1/first-run": [200, { needed: true }],
    "POST /api/v1/first-run": [
      422,
      {
        title: "Invalid",
        detail: "Fields are wrong",
        status: 422,
        fields: [{ field: "password", found: "", expected: "a less common password" }],
      },
    ],
  });
  open("/first-run");
  type("User name", "lin");
  type("Password", "password1");
  type("Password again", "password1");
  fireEvent.click(screen.getByRole("button", { name: "Create and sign in" }));
  expect(await screen.findByText("Expected: a less common password")).toBeTruthy();
  expect(sent[0]?.body).toMatchObject({ token: "once", name: "lin", password: "password1" });
});

it("two passwords that differ are not sent", async () => {
  answer({ "GET /api/v1/first-run": [200, { needed: true }] });
  open("/first-run");
  type("User name", "lin");
  type("Password", "password1");
  type("Password again", "password2");
  fireEvent.click(screen.getByRole("button", { name: "Create and sign in" }));
  await waitFor(() => expect(screen.getByText("The two passwords differ")).toBeTruthy());
  expect(sent).toEqual([]);
});

it("the token is read from the fragment of the link", () => {
  expect(tokenOf("#token=a%2Bb")).toBe("a+b");
  expect(tokenOf("")).toBe("");
});
