import { currentCompletions, startCompletion } from "@codemirror/autocomplete";
import { EditorView } from "@codemirror/view";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Note } from "./notes";
import QueryEditor from "./QueryEditor";

beforeEach(() => {
  vi.useFakeTimers();
  const body = JSON.stringify({ status: "success", data: [] });
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(body, { status: 200 })));
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const QUERY = "rate(node_load1[5m])";
const CLIENT = new QueryClient();
const HINT: Note = { severity: "info", text: "no counter", place: { line: 1, column: 6 } };

function Page(props: { text: string; notes: Note[] }) {
  return (
    <QueryClientProvider client={CLIENT}>
      <QueryEditor label="Query 1" hint="" {...props} onRun={() => undefined} />
    </QueryClientProvider>
  );
}

function pass(time_ms: number): Promise<void> {
  return act(async () => {
    await vi.advanceTimersByTimeAsync(time_ms);
  });
}

function underlined(): string[] {
  const editor = screen.getByRole("textbox", { name: "Query 1" });
  return [...editor.querySelectorAll(".cm-lintRange-info")].map((one) => one.textContent);
}

// Once nothing was underlined unless the answer came before the first look at what was typed.
it("the place that the server means is underlined, however late its answer comes", async () => {
  const { rerender } = render(<Page text={QUERY} notes={[]} />);
  await pass(5000);
  expect(underlined()).toEqual([]);
  rerender(<Page text={QUERY} notes={[HINT]} />);
  await pass(0);
  expect(underlined()).toEqual(["node_load1"]);
  rerender(<Page text={QUERY} notes={[]} />);
  await pass(0);
  expect(underlined()).toEqual([]);
});

it("the key that puts suggestions away does not close the dialog around them", async () => {
  const heard = vi.fn<() => void>();
  render(<Page text="ra" notes={[]} />);
  const place = screen.getByRole("textbox", { name: "Query 1" });
  place.parentElement?.parentElement?.parentElement?.addEventListener("keydown", heard);
  const editor = EditorView.findFromDOM(place);
  if (!editor) throw new Error("no editor");
  startCompletion(editor);
  await pass(1000);
  expect(currentCompletions(editor.state).map(({ label }) => label)).toContain("rate");
  fireEvent.keyDown(place, { key: "Escape", keyCode: 27 });
  expect(currentCompletions(editor.state)).toEqual([]);
  expect(heard).not.toHaveBeenCalled();
  fireEvent.keyDown(place, { key: "Escape", keyCode: 27 });
  expect(heard).toHaveBeenCalledTimes(1);
});
