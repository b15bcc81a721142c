import { useMemo } from "react";
import type { Text } from "../../api/contract";
import { useLanguage } from "../../kit/language";

/** Reads a name that may be known in one language only: the other one then. */
export function useName(): (text: Text | null | undefined) => string {
  const language = useLanguage();
  return useMemo(
    () => (text) => {
      if (!text) return "";
      return text[language] || (language === "zh" ? text.en : text.zh);
    },
    [language],
  );
}
