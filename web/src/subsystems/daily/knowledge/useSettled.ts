import { useEffect, useState } from "react";

/** A value once it has been the same for so long: what is typed is not asked for at each key. */
export function useSettled(value: string, after_ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), after_ms);
    return () => window.clearTimeout(timer);
  }, [value, after_ms]);
  return settled;
}
