import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const SOURCES = resolve(import.meta.dirname, "..");
const DRAWINGS = resolve(SOURCES, "../node_modules/@ant-design/icons-svg/es/asn");
const IMPORT = /import \{([^}]*)\} from "@ant-design\/icons";/g;

it("draws only icons that hold no style sheet, which the server's policy refuses", () => {
  const names = new Set<string>();
  for (const file of readdirSync(SOURCES, { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx?$/.test(file)) continue;
    for (const [, list = ""] of readFileSync(join(SOURCES, file), "utf8").matchAll(IMPORT)) {
      for (const name of list.split(",")) names.add(name.trim());
    }
  }
  const drawn = [...names].map((name) => join(DRAWINGS, `${name}.js`)).filter(existsSync);
  expect(drawn.length).toBeGreaterThan(20);
  expect(drawn.filter((path) => readFileSync(path, "utf8").includes('"tag": "style"'))).toEqual([]);
});
