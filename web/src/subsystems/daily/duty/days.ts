import { formatExact, localeOf } from "../../../kit/format";
import type { Language } from "../../../api/contract";

/** The first day of the week (Monday) or month in which `day` lies. */
export function firstOf(day: string, view: "week" | "month"): string {
  if (view === "month") return `${day.slice(0, 8)}01`;
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return shifted(day, -weekday);
}

/** The day so many days after `day`. */
export function shifted(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** The first day of the week or month before or after. */
export function neighbour(first: string, view: "week" | "month", step: 1 | -1): string {
  if (view === "week") return shifted(first, 7 * step);
  return firstOf(shifted(first, step === 1 ? 31 : -1), "month");
}

/** The days of the week or month that begins with `first`. */
export function daysFrom(first: string, view: "week" | "month"): string[] {
  const end = neighbour(first, view, 1);
  const days: string[] = [];
  for (let day = first; day < end; day = shifted(day, 1)) days.push(day);
  return days;
}

/** The wall clock of a zone at a moment: `{ day: "2026-02-17", time: "08:00" }`. */
export function wallOf(at: string, zone: string): { day: string; time: string } {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(new Date(at));
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return {
    day: `${part("year")}-${part("month")}-${part("day")}`,
    time: `${part("hour")}:${part("minute")}`,
  };
}

/** The moment at which a wall clock of a zone shows `2026-02-17T08:00`, as RFC 3339. */
export function momentIn(local: string, zone: string): string {
  const guess = new Date(`${local}Z`).getTime();
  // The offset of the zone at the guess, then at what it leads to: right but in the hour of a change.
  const offsetAt = (moment: number) => {
    const wall = wallOf(new Date(moment).toISOString(), zone);
    return new Date(`${wall.day}T${wall.time}:00Z`).getTime() - moment;
  };
  const first = guess - offsetAt(guess);
  return new Date(guess - offsetAt(first)).toISOString();
}

/** The moment at which a wall clock of a zone shows midnight of a day, as RFC 3339. */
export function midnightIn(day: string, zone: string): string {
  return momentIn(`${day}T00:00`, zone);
}

/** A day as people write it: `17 Feb, Tue`. */
export function dayWords(day: string, language: Language): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    timeZone: "UTC",
    month: "short",
    day: "numeric",
    weekday: "short",
  }).format(new Date(`${day}T00:00:00Z`));
}

/** A span of time as people write it, in that zone or else in the viewer's. */
export function spanWords(from: string, to: string, language: Language, zone?: string): string {
  const short = (at: string) =>
    new Intl.DateTimeFormat(localeOf(language), {
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hour12: false,
      ...(zone ? { timeZone: zone } : {}),
    }).format(new Date(at));
  return from ? `${short(from)} – ${short(to)}` : formatExact(to, language);
}

/** What an input of type `datetime-local` holds, as RFC 3339; empty for none. */
export function momentOf(local: string | undefined): string {
  return local ? new Date(local).toISOString() : "";
}
