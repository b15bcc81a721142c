import { cleanup, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, expect, it } from "vitest";
import type { SessionView } from "../api/contract";
import { LanguageContext } from "../kit/language";
import { SessionContext } from "./session";
import { SideMenu } from "./SideMenu";

afterEach(cleanup);

const SESSION: SessionView = JSON.parse(
  '{"permissions":["profile.read"],"permissions_everywhere":["profile.read"]}',
);

it("entries are called by their words alone: their icons have no names", () => {
  render(
    <MemoryRouter>
      <LanguageContext value="en">
        <SessionContext value={SESSION}>
          <SideMenu folded={false} />
        </SessionContext>
      </LanguageContext>
    </MemoryRouter>,
  );
  const entries = screen.getAllByRole("menuitem");
  expect(entries.length).toBeGreaterThan(20);
  expect(screen.getByRole("menuitem", { name: "Home" })).toBeTruthy();
  // Pictures stay in the entries; nothing of them is read out, nor found by a name.
  expect(entries.every((entry) => entry.querySelector("svg") !== null)).toBe(true);
  expect(screen.queryAllByRole("img")).toEqual([]);
  const named = entries.filter((entry) => entry.querySelector("[aria-label]") !== null);
  expect(named).toEqual([]);
});
