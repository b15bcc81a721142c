import { readSpan, writeSpan } from "./spans";

const VIEWS = ["table", "graph", "heat", "explain"] as const;

/** How the answer of a query is shown. */
export type QueryView = (typeof VIEWS)[number];

export interface Query {
  text: string;
  view: QueryView;
}

/** All that the address of the page says. */
export interface Explore {
  queries: Query[];
  range_s: number;
  /** RFC 3339; empty: now. */
  end: string;
  /** Null: as the width of the chart has it. */
  step_s: number | null;
  /** Read again after so many seconds; 0: not by itself. */
  every_s: number;
}

export const QUERIES_MAX = 10;
export const RANGE_S = 3600;
export const EVERY_S = [0, 5, 15, 60, 300];

function viewOf(text: string | undefined): QueryView {
  return VIEWS.find((view) => view === text) ?? "graph";
}

function endOf(text: string): string {
  const at_ms = Date.parse(text);
  return Number.isNaN(at_ms) ? "" : new Date(at_ms).toISOString();
}

/** Reads the address; what makes no sense in it is as if it was not there. */
export function readExplore(search: URLSearchParams): Explore {
  const views = search.getAll("as");
  const texts = search.getAll("q").slice(0, QUERIES_MAX);
  const every_s = Number(search.get("every") ?? 0);
  return {
    queries: (texts.length > 0 ? texts : [""]).map((text, at) => ({
      text,
      view: viewOf(views[at]),
    })),
    range_s: readSpan(search.get("range") ?? "") ?? RANGE_S,
    end: endOf(search.get("end") ?? ""),
    step_s: readSpan(search.get("step") ?? ""),
    every_s: EVERY_S.includes(every_s) ? every_s : 0,
  };
}

/** The address that says it, without what goes without saying. */
export function writeExplore(explore: Explore): URLSearchParams {
  const search = new URLSearchParams();
  for (const { text, view } of explore.queries) {
    search.append("q", text);
    search.append("as", view);
  }
  if (explore.range_s !== RANGE_S) search.set("range", writeSpan(explore.range_s));
  if (explore.end) search.set("end", explore.end);
  if (explore.step_s !== null) search.set("step", writeSpan(explore.step_s));
  if (explore.every_s > 0) search.set("every", String(explore.every_s));
  return search;
}

/** The range around another middle, or longer, or shorter; ends at now where it would go beyond. */
export function moved(explore: Explore, by: "back" | "on" | "in" | "out", now_ms: number): Explore {
  const end_ms = explore.end ? Date.parse(explore.end) : now_ms;
  const length_ms = explore.range_s * 1000;
  const factor = { back: 1, on: 1, in: 0.5, out: 2 }[by];
  const shift_ms = { back: -length_ms / 2, on: length_ms / 2, in: 0, out: 0 }[by];
  const middle_ms = end_ms - length_ms / 2 + shift_ms;
  // Without an end of its own a range is made longer or shorter at its beginning.
  const keeps = explore.end === "" && (by === "in" || by === "out");
  const next_ms = keeps ? end_ms : middle_ms + (length_ms * factor) / 2;
  const range_s = Math.max(1, Math.round(explore.range_s * factor));
  const end = keeps || next_ms >= now_ms ? "" : new Date(next_ms).toISOString();
  return { ...explore, range_s, end };
}

/** The range between two moments that were marked in a chart. */
export function between(explore: Explore, from_s: number, to_s: number): Explore {
  const range_s = Math.max(1, Math.round(to_s - from_s));
  return { ...explore, range_s, end: new Date(Math.round(to_s) * 1000).toISOString() };
}
