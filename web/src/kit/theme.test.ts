import { expect, it } from "vitest";
import { themeOf } from "./theme";

it.each(["light", "dark"] as const)("who wants nothing to move has it so in %s", (shade) => {
  expect(themeOf(shade, true).token?.motion).toBe(false);
  expect(themeOf(shade, false).token?.motion).toBe(true);
  expect(themeOf(shade, true).token?.colorPrimary).toBe(themeOf(shade, false).token?.colorPrimary);
});
