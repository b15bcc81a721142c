import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { InspectionItem } from "../../../../api/contract";
import { BLANK } from "./answer";
import { Keeper, passes } from "./keeper";
import { nameOf, readKept } from "./kept";
import { blankProblem, Problem } from "../../../../api/problem";

const NAME = nameOf("ada", "r1");
const ROUTE: InspectionItem[] = [
  { key: "temp", name: "Temperature", kind: "number", min: 18, max: 27 },
  { key: "door", name: "Door", kind: "yes_no" },
];

/** What the server was told, and what it answers next: a status, or null for no network. */
let told: { path: string; body: unknown }[] = [];
let answers: (number | null)[] = [];

beforeEach(() => {
  told = [];
  answers = [];
  window.localStorage.clear();
  vi.stubGlobal("fetch", async (address: string, request: { body: unknown }) => {
    const status = answers.length > 0 ? (answers.shift() ?? null) : 200;
    if (status === null) throw new TypeError("no network");
    const { body } = request;
    told.push({ path: address, body: typeof body === "string" ? JSON.parse(body) : body });
    const refused = { status, detail: "no", fields: [{ field: "note", found: "", expected: "words" }] };
    return Response.json(status === 200 ? { id: "p-1" } : refused, { status });
  });
});

afterEach(() => vi.unstubAllGlobals());

function keeper(photos: Map<string, Blob> = new Map()): Keeper {
  const one = new Keeper({
    store: window.localStorage,
    name: NAME,
    round: "r1",
    photos: {
      put: async (name, photo) => void photos.set(name, photo),
      get: async (name) => photos.get(name) ?? null,
      remove: async (name) => void photos.delete(name),
    },
    onSent: () => undefined,
    photo_lost: "take it again",
  });
  one.know(ROUTE);
  return one;
}

it("what is typed outlives the page", () => {
  keeper().type("temp", { ...BLANK, typed: "21" });
  expect(keeper().snapshot().kept.drafts.temp?.typed).toBe("21");
  keeper().type("temp", BLANK);
  expect(window.localStorage.getItem(NAME)).toBeNull();
});

it("without a network an answer waits, outlives the page, and is sent under the same name", async () => {
  answers = [null];
  const before = keeper();
  before.save("temp", { ...BLANK, typed: "31.5", note: "hot" });
  await vi.waitFor(() => expect(before.snapshot().sending).toBe("waiting"));
  const name = readKept(window.localStorage, NAME).unsent[0]?.client_id;
  const after = keeper();
  await after.send();
  expect(told).toHaveLength(1);
  expect(told[0]?.body).toMatchObject({ client_id: name, item: "temp", value: 31.5, note: "hot" });
  expect(after.snapshot()).toMatchObject({ sending: "idle", kept: { unsent: [] } });
});

it("what the server refuses stays, and does not hold up the rest", async () => {
  answers = [400];
  const one = keeper();
  one.save("temp", { ...BLANK, typed: "31.5" });
  one.save("door", { ...BLANK, typed: "true" });
  await vi.waitFor(() => expect(told).toHaveLength(2));
  await vi.waitFor(() => expect(one.snapshot().kept.unsent).toHaveLength(1));
  expect(one.snapshot().kept.unsent[0]?.refused?.fields[0]?.field).toBe("note");
  one.save("temp", { ...BLANK, typed: "31.5", note: "hot" });
  await vi.waitFor(() => expect(one.snapshot().kept.unsent).toEqual([]));
});

it("a photo goes first, once, and one that is lost has to be taken again", async () => {
  const photos = new Map([["l1", new Blob(["x"])]]);
  const photo = { local: "l1", name: "a.jpg", id: null, thumbnail: "" };
  answers = [200, null];
  const one = keeper(photos);
  one.save("door", { ...BLANK, typed: "true", photos: [photo] });
  await vi.waitFor(() => expect(one.snapshot().sending).toBe("waiting"));
  await one.send();
  expect(told.map(({ path }) => path.replace(/\?.*/, ""))).toEqual([
    "/api/v1/attachments",
    "/api/v1/duty/rounds/r1/answers",
  ]);
  expect(told[1]?.body).toMatchObject({ photos: ["p-1"] });
  expect(photos.size).toBe(0);
  one.save("door", { ...BLANK, typed: "true", photos: [{ ...photo, local: "l2" }] });
  await vi.waitFor(() => expect(one.snapshot().kept.unsent[0]?.refused?.says).toBe("take it again"));
});

it.each([
  [0, true],
  [401, true],
  [429, true],
  [503, true],
  [400, false],
  [409, false],
])("an answer of %s may pass: %s", (status, later) => {
  expect(passes(new Problem({ ...blankProblem, status }))).toBe(later);
});
