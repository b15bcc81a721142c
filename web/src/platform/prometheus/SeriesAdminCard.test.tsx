import { EditorView } from "@codemirror/view";
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Gate } from "../../shell/Gate";
import { Look } from "../../shell/Look";
import { PreferencesProvider } from "../../shell/preferences";
import { makeQueries } from "../../shell/queries";
import { SeriesAdminCard } from "./SeriesAdminCard";

// A machine that builds at the same time draws slowly.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const BASE = "/prometheus/api/v1";
const LOOK = "GET admin/tsdb/delete_series";
const DELETE = "POST admin/tsdb/delete_series";
const BOTH = ["series.delete", "series.snapshot"];
type Answer = [status: number, body: unknown];

/** What was asked of the Prometheus API, the completion of the editor left out. */
let asked: string[];
let answers: Record<string, Answer>;

/** A server for somebody who holds these rights over everything, others over a part. */
function serve(everywhere: string[], partly: string[] = []): void {
  const session = {
    user: { name: "lin" },
    permissions: [...everywhere, ...partly],
    permissions_everywhere: everywhere,
    csrf_token: "c",
    owed: null,
  };
  vi.stubGlobal("fetch", (address: string, { method }: RequestInit) => {
    const [path = "", tail = ""] = address.split("?");
    const name = path.replace(`${BASE}/`, "");
    const known = answers[`${method} ${name}`];
    if (known) asked.push(`${method} ${name} ${decodeURIComponent(tail)}`.trim());
    const [status, body] = known ?? [200, path === "/api/v1/session" ? session : { data: [] }];
    const text = status === 204 ? null : JSON.stringify(body);
    return Promise.resolve(new Response(text, { status }));
  });
}

async function open(): Promise<void> {
  render(
    <QueryClientProvider client={makeQueries()}>
      <PreferencesProvider>
        <Look>
          <MemoryRouter>
            <Gate waiting={<p>waiting</p>}>
              <SeriesAdminCard />
            </Gate>
          </MemoryRouter>
        </Look>
      </PreferencesProvider>
    </QueryClientProvider>,
  );
  await screen.findByRole("region", { name: "Deleting and copying" });
}

/** A button that has just been busy is called so until its sign has gone. */
function press(name: string): void {
  fireEvent.click(screen.getByRole("button", { name: new RegExp(`^(loading )?${name}$`) }));
}

async function write(text: string): Promise<void> {
  const place = await screen.findByRole("textbox", { name: "Series to delete" });
  const editor = EditorView.findFromDOM(place);
  editor?.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
}

function refusal(error: string) {
  return { status: "error", errorType: "bad_data", error };
}

/** What a deletion would touch: at most ten series are named. */
function touched(series: number) {
  const length = Math.min(series, 10);
  const first = Array.from({ length }, (_, at) => ({ __name__: "up", host: `h${at}` }));
  return { status: "success", data: { series, first } };
}

beforeEach(() => {
  localStorage.setItem("mainstay.language", "en");
  asked = [];
  answers = {
    [LOOK]: [200, touched(3)],
    [DELETE]: [204, null],
    "POST admin/tsdb/clean_tombstones": [204, null],
    "POST admin/tsdb/snapshot": [200, { status: "success", data: { name: "20261130T2210-1a" } }],
  };
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("series are found and named before they are deleted, and only then", async () => {
  serve(BOTH);
  await open();
  press("Delete series");
  await write('up{host=~"h.*"}');
  expect(screen.queryByRole("button", { name: /^Delete the samples/ })).toBeNull();
  press("Find the series");
  await screen.findByText("The samples of 3 series go, and cannot be brought back:");
  expect(screen.getByText('up{host=~"h.*"}')).toBeTruthy();
  expect(screen.getByText("the first sample")).toBeTruthy();
  expect(screen.getByText("the last sample")).toBeTruthy();
  expect(screen.getByText('up{host="h2"}')).toBeTruthy();
  expect(asked).toEqual([`${LOOK} match[]=up{host=~"h.*"}&limit=10`]);
  press("Delete the samples of 3 series");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(asked.at(-1)).toBe(`${DELETE} match[]=up{host=~"h.*"}`);
  expect(asked).toHaveLength(2);
});

it("what was written is still there for one who goes back, and is looked at anew", async () => {
  serve(BOTH);
  await open();
  press("Delete series");
  await write("up");
  press("Find the series");
  await screen.findByRole("button", { name: "Delete the samples of 3 series" });
  press("Back");
  const editor = await screen.findByRole("textbox", { name: "Series to delete" });
  expect(editor.textContent).toBe("up");
  await write("down");
  answers[LOOK] = [200, touched(0)];
  press("Find the series");
  await screen.findByText(/^No series matches between these times/);
  expect(screen.queryByRole("button", { name: /^Delete the samples/ })).toBeNull();
  expect(asked).toHaveLength(2);
});

it("many series are counted, some are named", async () => {
  serve(BOTH);
  answers[LOOK] = [200, touched(12_345)];
  await open();
  press("Delete series");
  await write("up");
  press("Find the series");
  await screen.findByRole("button", { name: "Delete the samples of 12,345 series" });
  expect(screen.getByText("and 12,335 more")).toBeTruthy();
  expect(screen.getAllByRole("listitem")).toHaveLength(10);
});

it("why something is refused is said in the words of the server", async () => {
  serve(BOTH);
  answers[LOOK] = [400, refusal("1:4: parse error: no selector")];
  await open();
  press("Delete series");
  await write("1 + ");
  press("Find the series");
  await screen.findByText("1:4: parse error: no selector");
  answers[LOOK] = [200, touched(1)];
  answers[DELETE] = [503, refusal("the store is being repaired")];
  await write("up");
  press("Find the series");
  await screen.findByText("The samples of 1 series go, and cannot be brought back:");
  press("Delete the samples of 1 series");
  await screen.findByText("the store is being repaired");
  expect(screen.getByText('up{host="h0"}')).toBeTruthy();
});

it("a snapshot is made, and its name told; space is given back", async () => {
  serve(BOTH);
  await open();
  press("Make a snapshot");
  await screen.findByText("The snapshot is called 20261130T2210-1a");
  press("Give back their space");
  await screen.findByText("What deleted samples took is given back");
  expect(asked).toEqual(["POST admin/tsdb/snapshot", "POST admin/tsdb/clean_tombstones"]);
});

it("who does not hold the rights over everything can do none of it, and sees why", async () => {
  serve([], ["series.delete"]);
  await open();
  for (const name of ["Delete series", "Give back their space", "Make a snapshot"]) {
    expect(screen.getByRole("button", { name })).toHaveProperty("disabled", true);
  }
  expect(screen.getAllByTitle(/series\.delete/)).toHaveLength(2);
  expect(screen.getAllByTitle(/series\.snapshot/)).toHaveLength(1);
});
