import { createContext, use, useMemo } from "react";
import type { Language, Text } from "../api/contract";
import { say } from "./say";
import type { Said, Words } from "./say";

export const LanguageContext = createContext<Language>("en");

/** The language of the page. */
export function useLanguage(): Language {
  return use(LanguageContext);
}

/** The words of a folder in the language of the page. */
export function useWords<W extends Words>(words: W): Said<W> {
  const language = useLanguage();
  return useMemo(() => say(words, language), [words, language]);
}

/** Reads one text that the server sent in both languages. */
export function useText(): (text: Text | null | undefined) => string {
  const language = useLanguage();
  return useMemo(() => (text) => text?.[language] ?? "", [language]);
}
