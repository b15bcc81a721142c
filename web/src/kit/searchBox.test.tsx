import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { SearchBox } from "./SearchBox";

afterEach(cleanup);

function open(onSearch: (sought: string) => void): HTMLElement {
  render(<SearchBox label="Find" value="" onSearch={onSearch} />);
  return screen.getByRole("searchbox", { name: "Find" });
}

it("Enter reports what is sought at once, once, and sends no form", () => {
  vi.useFakeTimers();
  const onSearch = vi.fn<(sought: string) => void>();
  const box = open(onSearch);
  fireEvent.change(box, { target: { value: " token " } });
  expect(onSearch).not.toHaveBeenCalled();
  expect(fireEvent.keyDown(box, { key: "Enter" })).toBe(false);
  expect(onSearch.mock.calls).toEqual([["token"]]);
  vi.advanceTimersByTime(1000);
  expect(onSearch).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
});

it("a pause in typing reports it, too", () => {
  vi.useFakeTimers();
  const onSearch = vi.fn<(sought: string) => void>();
  fireEvent.change(open(onSearch), { target: { value: "token" } });
  vi.advanceTimersByTime(1000);
  expect(onSearch.mock.calls).toEqual([["token"]]);
  vi.useRealTimers();
});
