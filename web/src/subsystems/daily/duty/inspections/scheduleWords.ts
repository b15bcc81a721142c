import { useCallback, useMemo } from "react";
import type { InspectionBody } from "../../../../api/contract";
import { localeOf } from "../../../../kit/format";
import { useLanguage, useWords } from "../../../../kit/language";
import { words } from "./words";

const DAY_MS = 86_400_000;
/** 5 January 1970 was a Monday. */
const MONDAY_MS = 4 * DAY_MS;

/** The names of the weekdays, Monday first. */
export function useWeekdays(): string[] {
  const language = useLanguage();
  return useMemo(() => {
    const name = new Intl.DateTimeFormat(localeOf(language), { weekday: "short", timeZone: "UTC" });
    return Array.from({ length: 7 }, (_, day) => name.format(new Date(MONDAY_MS + day * DAY_MS)));
  }, [language]);
}

/** When rounds are done, on one line. */
export function useScheduleWords(): (schedule: InspectionBody["schedule"]) => string {
  const said = useWords(words);
  const weekdays = useWeekdays();
  return useCallback(
    ({ every, on = [], windows }) => {
      const days = every === "week" ? on.map((day) => weekdays[day - 1]).join(", ") : on.join(", ");
      const often = every === "day" ? said.every_day : `${said[`every_${every}`]}: ${days}`;
      return `${often} · ${windows.map((one) => `${short(one.from)}–${short(one.to)}`).join(", ")}`;
    },
    [said, weekdays],
  );
}

function short(clock: string): string {
  return clock.slice(0, 5);
}
