import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { catalogue } from "./catalogue";

const CRATES = join(import.meta.dirname, "../../../../crates");
const FACT = /impl(?:<[^>]*>)? (?:\w+::)?Fact for (\w+)/g;
const FLAT = /(?:\(pub(?:\([a-z]+\))? (\w+)\)|told: (\w+)<)/g;

/** The sources that say what happened. */
function sources(): string[] {
  const files = readdirSync(CRATES, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".rs") && file.includes("/src/") && !/_tests?\.rs$/.test(file))
    .map((file) => readFileSync(join(CRATES, file), "utf8"))
    .filter((text) => / Fact for /.test(text));
}

/** The fields of a struct as they are sent. */
function fieldsOf(source: string, name: string): string[] {
  const body = new RegExp(String.raw`struct ${name}(?:<[^>{]*>)? \{\n([\s\S]*?)\n\}`).exec(source)?.[1];
  if (body === undefined) return [];
  const sent = body.replaceAll(/#\[serde\(skip\)\]\s*\n[^\n]*\n?/g, "");
  return [...sent.matchAll(/^\s+(?:pub(?:\([a-z]+\))? )?([a-z_0-9]+): /gm)].map((one) => one[1] ?? "");
}

it("every field of every fact has a word", () => {
  const found = sources().flatMap((source) => {
    const facts = [...source.matchAll(FACT)].map((one) => one[1] ?? "");
    const inside = [...source.matchAll(FLAT)].map((one) => one[1] ?? one[2] ?? "");
    return [...facts, ...inside].flatMap((name) => fieldsOf(source, name));
  });
  const fields = [...new Set(found)].filter((field) => field !== "told");
  expect(fields.length).toBeGreaterThan(120);
  expect(fields.filter((field) => !Object.hasOwn(catalogue, field))).toEqual([]);
});

it("every field of the things of the directory and of resources has a word", () => {
  const schema = readFileSync(join(import.meta.dirname, "../../api/schema.ts"), "utf8");
  const names = ["Unit", "Region", "Site", "Post", "Person", "Holding", "Resource"];
  const missing = names.flatMap((name) => {
    const body = new RegExp(String.raw`\n        ${name}: ([\s\S]*?)\n        \};?\n`).exec(schema)?.[1] ?? "";
    const fields = [...body.matchAll(/^ {12}(?:readonly )?"?([a-z_]+)"?\??: /gm)].map((one) => one[1] ?? "");
    expect(body).not.toBe("");
    return fields.filter((field) => !Object.hasOwn(catalogue, field)).map((field) => `${name} ${field}`);
  });
  expect(missing).toEqual([]);
});
