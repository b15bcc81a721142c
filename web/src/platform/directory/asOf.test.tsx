import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Look } from "../../shell/Look";
import { PreferencesProvider } from "../../shell/preferences";
import { AsOf } from "./AsOf";

// A machine that builds at the same time draws slowly.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-12-01T08:00:00Z") });
  localStorage.setItem("mainstay.language", "en");
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it("an arrow goes on from the day that is chosen, however long ago that is", () => {
  const onChange = vi.fn<(day: string) => void>();
  render(
    <PreferencesProvider>
      <Look>
        <AsOf value="2018-01-01" onChange={onChange} />
      </Look>
    </PreferencesProvider>,
  );
  const slider = screen.getByRole("slider");
  expect(slider.getAttribute("aria-valuenow")).toBe(slider.getAttribute("aria-valuemin"));
  fireEvent.keyDown(slider, { key: "ArrowRight", keyCode: 39, which: 39 });
  fireEvent.keyUp(slider, { key: "ArrowRight", keyCode: 39, which: 39 });
  expect(onChange.mock.calls).toEqual([["2018-01-02"]]);
});
