import { useCallback } from "react";
import { useWords } from "../../kit/language";
import { words } from "./words";

/** What the figures of our own protocols are called; those of plugins stay as they are. */
export function useFigureWord(): (label: string) => string {
  const said: Record<string, string> = useWords(words);
  return useCallback((label) => said[`figure_${label}`] ?? label, [said]);
}
