import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

interface Catalogue {
  words?: Record<string, { en: string; zh: string }>;
}

const MANUAL = join(import.meta.dirname, "../../docs/manual");
const catalogues = import.meta.glob<Catalogue>("./**/*{words,Words}.ts", { eager: true });
/** Where a way begins that leads through the pages of somebody else's product. */
const ELSEWHERE = new Set([
  "Applications",
  "Connections",
  "Enterprise applications",
  "Provisioning",
  "企业应用程序",
  "预配",
]);

/** What stands on the screen in a language. */
function onScreen(language: "en" | "zh"): Set<string> {
  const all = Object.values(catalogues).flatMap(({ words }) => Object.values(words ?? {}));
  return new Set(all.map((text) => text[language]));
}

/** The ways through the menu that a page of the manual names, such as *Platform → Journal*. */
function waysOf(page: string): string[][] {
  const prose = page.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, "");
  const named = [...prose.replaceAll("**", "*").matchAll(/\*([^*\n]+)\*|“([^”\n]+)”/g)];
  return named
    .map(([, starred, quoted]) => (starred ?? quoted ?? "").split("→").map((part) => part.trim()))
    .filter((parts) => parts.length > 1 && !ELSEWHERE.has(parts[0] ?? ""));
}

it.each(["en", "zh"] as const)("every way that the manual names in %s is on the screen", (language) => {
  const known = onScreen(language);
  const folder = join(MANUAL, language);
  const ways = readdirSync(folder).flatMap((file) =>
    waysOf(readFileSync(join(folder, file), "utf8")).map((parts) => ({ file, parts })),
  );
  const wrong = ways.filter(({ parts }) => !parts.every((part) => known.has(part)));
  expect(ways.length).toBeGreaterThan(8);
  expect(wrong).toEqual([]);
});
