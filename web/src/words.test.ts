import { describe, expect, it } from "vitest";

const CHINESE = /[\u4e00-\u9fff]/;
const HOLE = /\{\w+\}/g;
/** Names and abbreviations that are the same in both languages. */
const SAME = new Set(["product", "product_other", "other_language"]);

interface Catalogue {
  words: Record<string, { en: string; zh: string }>;
}

describe("catalogues", () => {
  const catalogues = import.meta.glob<Catalogue>("./**/{words,verbs,actors}.ts", { eager: true });

  it("hold every word in both languages with the same holes", () => {
    const wrong: string[] = [];
    for (const [file, { words }] of Object.entries(catalogues)) {
      for (const [key, { en, zh }] of Object.entries(words)) {
        const holes = (text: string) => (text.match(HOLE) ?? []).toSorted().join();
        const plain = zh.replace(HOLE, "");
        const letters = /[a-z]/.test(plain) && !CHINESE.test(plain) && en !== zh;
        if (!en || !zh || holes(en) !== holes(zh)) wrong.push(`${file} ${key}`);
        if ((CHINESE.test(en) || letters) && !SAME.has(key)) wrong.push(`${file} ${key}`);
      }
    }
    expect(Object.keys(catalogues).length).toBeGreaterThan(5);
    expect(wrong).toEqual([]);
  });
});
