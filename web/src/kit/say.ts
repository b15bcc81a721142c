import type { Language, Text } from "../api/contract";

/** The words of one folder: every entry in both languages. */
export type Words = Record<string, Text>;

/** The words in one language. */
export type Said<W extends Words> = Record<keyof W, string>;

/** Gives every word in `language`. */
export function say<W extends Words>(words: W, language: Language): Said<W>;
export function say(words: Words, language: Language): Record<string, string> {
  return Object.fromEntries(Object.entries(words).map(([key, text]) => [key, text[language]]));
}

/** Replaces `{name}` in a word by its value. Unknown names stay as they are. */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}

/** The language a browser asks for, when the person has not chosen one. */
export function languageOf(preferred: readonly string[]): Language {
  return preferred[0]?.toLowerCase().startsWith("zh") ? "zh" : "en";
}
