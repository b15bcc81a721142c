import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { say } from "../../../kit/say";
import { NOWHERE } from "../../../shell/can";
import { actionWord, nounWord, permissionText } from "./permissionWords";
import { words } from "./words";

const MANUAL = join(import.meta.dirname, "../../../../../docs/manual/en/access.md");
const ROUTES = join(import.meta.dirname, "../../../../../docs/openapi.json");
const REQUIRED = /"x-permission": "([a-z.-]+)"/g;
const PERMISSION = /`([a-z][a-z-]*\.(?:acknowledge|approve|assign|change|close|configure|create|delegate|export|provision|read|retain|run|send|use|witness|work|write))`/g;

function found(path: string, pattern: RegExp): string[] {
  return [...readFileSync(path, "utf8").matchAll(pattern)].map((match) => match[1] ?? "");
}

it("every permission of a route or the manual has words in both languages", () => {
  const all = new Set([...found(MANUAL, PERMISSION), ...found(ROUTES, REQUIRED), ...NOWHERE]);
  expect(all.size).toBeGreaterThan(80);
  for (const language of ["en", "zh"] as const) {
    const said: Record<string, string> = say(words, language);
    const missing = [...all].filter((permission) => {
      const [noun = "", action = ""] = permission.split(".");
      return said[noun] === undefined || said[`.${action}`] === undefined;
    });
    expect(missing).toEqual([]);
  }
});

it("a permission without words goes by its own name", () => {
  const said: Record<string, string> = say(words, "zh");
  expect(nounWord(said, "resource")).toBe("资源");
  expect(nounWord(said, "lamp")).toBe("lamp");
  expect(actionWord(said, "resource.read")).toBe("查看");
  expect(actionWord(said, "lamp.light")).toBe("light");
  expect(permissionText(said, "resource.change")).toBe("资源 · 修改 · resource.change");
});
