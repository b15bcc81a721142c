import { expect, it } from "vitest";
import { staleAfter } from "./api/live";
import { rootOf } from "./api/hooks";
import { pathOf, paths } from "./paths";
import { safeBack } from "./shell/wayBack";
import { openEntry } from "./shell/SideMenu";

it("ids are escaped and empty view state is left out", () => {
  expect(paths.resource("a/b")).toBe("/resources/a%2Fb");
  expect(paths.journal({ verb: "alert.", actor: "" })).toBe("/journal?verb=alert.");
});

it("a subject leads to its page, one without a page to none", () => {
  expect(pathOf({ kind: "check", id: "1" })).toBe("/checks/1");
  expect(pathOf({ kind: "server", id: "1" })).toBeNull();
});

it("after signing in one comes back to this site only", () => {
  expect(safeBack("/journal?verb=a")).toBe("/journal?verb=a");
  expect(safeBack("//evil.example")).toBe("/");
  expect(safeBack("/\\evil.example")).toBe("/");
  expect(safeBack("https://evil.example")).toBe("/");
  expect(safeBack("/\t/evil.example")).toBe("/");
  expect(safeBack("/.//evil.example")).toBe("/");
  expect(safeBack("//")).toBe("/");
  expect(safeBack(null)).toBe("/");
});

it("the navigation marks the page whose address is open", () => {
  const all = ["/", "/alerts", "/alert-rules"];
  expect(openEntry("/alerts/7", all)).toBe("/alerts");
  expect(openEntry("/alert-rules", all)).toBe("/alert-rules");
  expect(openEntry("/profile", all)).toBeUndefined();
});

it("a fact makes the journal and what it is about stale", () => {
  const fact = { verb: "check.state_changed", subject: { kind: "check", id: "1", name: "" } };
  expect(staleAfter(fact)).toEqual(["journal", "checks", "check-states"]);
  expect(rootOf("/check-states?x")).toBe("check-states?x");
  expect(rootOf("/checks/7/run")).toBe("checks");
});
