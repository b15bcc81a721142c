import { formatSeconds } from "../../../kit/format";
import { useLanguage, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { words } from "./words";

const MINUTE_S = 60;
const HOUR_S = 3600;

/** Writes working time in hours and minutes: a day of it would be taken for 24 hours. */
export function useWorkingTime(): (seconds: number) => string {
  const said = useWords(words);
  const language = useLanguage();
  return (seconds) => {
    if (seconds < MINUTE_S) return formatSeconds(Math.floor(seconds), language);
    const [hours, minutes] = [Math.floor(seconds / HOUR_S), Math.floor((seconds % HOUR_S) / MINUTE_S)];
    const parts: string[] = [];
    if (hours > 0) parts.push(fill(said.hours_of, { n: hours }));
    if (minutes > 0) parts.push(fill(said.minutes_of, { n: minutes }));
    return parts.join(" ");
  };
}
