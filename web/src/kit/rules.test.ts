import { describe, expect, it } from "vitest";
import { align, boundsOf, lastOf } from "./align";
import { toCsv } from "./csv";
import { differencesOf } from "./difference";
import { fieldPath, placeFaults } from "./faults";
import { formatFigure, formatRelative } from "./format";
import { fill, languageOf, say } from "./say";
import { defaultsOf, filledOf, titleOf } from "./SchemaForm";

describe("figures", () => {
  const cases: [number | null, string, string, string][] = [
    [null, "bytes", "–", "–"],
    [512, "bytes", "512 B", "512 B"],
    [1536, "bytes", "1.5 KiB", "1.5 KiB"],
    [5 * 2 ** 30, "bytes_per_s", "5 GiB/s", "5 GiB/s"],
    [0.034, "ratio", "3.4 %", "3.4 %"],
    [0.96, "ratio", "96 %", "96 %"],
    [0.0123, "seconds", "12 ms", "12 ms"],
    [90, "seconds", "1 min 30 s", "1分 30秒"],
    [90_061, "seconds", "1 d 1 h", "1天 1小时"],
    [86_400, "seconds", "1 d", "1天"],
    [1234.5, "count", "1,235", "1,235"],
    [3.25, "per_s", "3.25/s", "3.25/s"],
    [41.26, "celsius", "41.3 °C", "41.3 °C"],
    [2, "requests", "2 requests", "2 requests"],
  ];
  it.each(cases)("writes %s %s", (value, unit, en, zh) => {
    expect(formatFigure(value, unit, "en")).toBe(en);
    expect(formatFigure(value, unit, "zh")).toBe(zh);
  });

  it("says how long ago in the language of the viewer", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");
    expect(formatRelative("2025-12-31T23:55:00Z", now, "en")).toBe("5 min ago");
    expect(formatRelative("2025-12-31T23:55:00Z", now, "zh")).toBe("5分钟前");
    expect(formatRelative("2025-12-30T22:00:00Z", now, "en")).toBe("yesterday");
    expect(formatRelative("2025-11-30T00:00:00Z", now, "en")).toBe("1 mo ago");
    expect(formatRelative("2025-11-30T00:00:00Z", now, "zh")).toBe("1个月前");
  });
});

describe("csv", () => {
  it("quotes what a reader would take apart, and disarms formulas", () => {
    const csv = toCsv(
      ["a", "b"],
      [
        ['x,"y"', null],
        ["=1+1", -2],
      ],
    );
    expect(csv).toBe('\uFEFFa,b\r\n"x,""y""",\r\n\'=1+1,-2\r\n');
  });
});

describe("series", () => {
  it("come onto one axis with gaps where one has no sample", () => {
    const aligned = align([
      [
        [2000, 1],
        [3000, null],
      ],
      [
        [1000, 5],
        [2000, 6],
      ],
    ]);
    expect(aligned).toEqual([
      [1, 2, 3],
      [null, 1, null],
      [5, 6, null],
    ]);
  });

  it("give their last value and bounds without the gaps", () => {
    expect(
      lastOf([
        [1, 4],
        [2, 7],
        [3, null],
      ]),
    ).toBe(7);
    expect(
      boundsOf([
        [1, 4],
        [2, 7],
        [3, null],
      ]),
    ).toEqual({ low: 4, high: 7 });
    expect(boundsOf([[1, null]])).toBeNull();
  });
});

describe("faults", () => {
  it("find the field however the server writes its path", () => {
    expect(fieldPath("/spec/hosts/0")).toEqual(["spec", "hosts", 0]);
    expect(fieldPath("spec.hosts[0]")).toEqual(["spec", "hosts", 0]);
  });

  it("go to the nearest field around them, the rest stays loose", () => {
    const faults = [
      { field: "spec.hosts[0]", found: "", expected: "a host" },
      { field: "version", found: "", expected: "2" },
    ];
    const { placed, loose } = placeFaults(faults, [["name"], ["spec", "hosts"]]);
    expect(placed).toEqual([{ name: ["spec", "hosts"], errors: ["a host"] }]);
    expect(loose.map((fault) => fault.field)).toEqual(["version"]);
  });
});

describe("difference", () => {
  it("names only what changed, by path", () => {
    const before = { name: "a", attributes: { rack: "A", size: 1 } };
    const after = { name: "a", attributes: { rack: "B", size: 1 } };
    expect(differencesOf(before, after)).toEqual([
      { path: "attributes.rack", before: "A", after: "B" },
    ]);
    expect(differencesOf(null, { name: "a" })).toEqual([
      { path: "name", before: undefined, after: "a" },
    ]);
  });
});

describe("words", () => {
  it("are said in one language, with values filled in", () => {
    const said = say({ hello: { en: "Hello {name}", zh: "您好,{name}" } }, "zh");
    expect(fill(said.hello, { name: "林" })).toBe("您好,林");
    expect(fill("{a} {b}", { a: 0 })).toBe("0 {b}");
    expect(languageOf(["zh-TW", "en"])).toBe("zh");
    expect(languageOf(["de"])).toBe("en");
  });
});

describe("schema form", () => {
  const schema = {
    type: "object",
    properties: {
      url: { type: "string", title: "Address", "x-title-zh": "地址" },
      port: { type: "integer", default: 443 },
      tls: { type: "object", properties: { verify: { type: "boolean", default: true } } },
    },
  };
  it("starts with the defaults of the schema, nested ones too", () => {
    expect(defaultsOf(schema)).toEqual({ port: 443, tls: { verify: true } });
  });
  it("leaves out what was never filled in", () => {
    expect(filledOf({ url: "", port: 0, tls: { verify: false }, more: {} })).toEqual({
      port: 0,
      tls: { verify: false },
    });
  });
  it("names fields in both languages", () => {
    expect(titleOf(schema.properties.url, "url", "zh")).toBe("地址");
    expect(titleOf({ title: "Port" }, "port", "zh")).toBe("Port");
  });
});
