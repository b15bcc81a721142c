import { useState } from "react";

const KEY = "mainstay.hotline";

/** Of which type tickets of calls are, and who is in charge of them. */
export interface Choice {
  type: string;
  unit_id: string;
}

const USUAL: Choice = { type: "request", unit_id: "" };

/** What was kept; what cannot be read counts as nothing. */
export function choiceOf(kept: string | null): Choice {
  try {
    const found: Partial<Record<keyof Choice, unknown>> = JSON.parse(kept ?? "{}") ?? {};
    const { type, unit_id } = found;
    return {
      type: typeof type === "string" && type !== "" ? type : USUAL.type,
      unit_id: typeof unit_id === "string" ? unit_id : "",
    };
  } catch {
    return USUAL;
  }
}

/** The choice of whoever sits at this browser. */
export function useChoice(): [Choice, (change: Partial<Choice>) => void] {
  const [choice, setChoice] = useState(() => choiceOf(localStorage.getItem(KEY)));
  const change = (part: Partial<Choice>) => {
    const next = { ...choice, ...part };
    localStorage.setItem(KEY, JSON.stringify(next));
    setChoice(next);
  };
  return [choice, change];
}
