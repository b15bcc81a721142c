import { dayAfter, dayOf } from "../../../kit/days";

/** The first day of a month `2026-03`; of the month of `now` where none is chosen. */
export function firstOfMonth(month: string, now: Date): string {
  return /^\d{4}-\d{2}$/.test(month) ? `${month}-01` : `${dayOf(now).slice(0, 8)}01`;
}

/** The month so many months after the one of `first`, as `2026-03`. */
export function monthAfter(first: string, months: number): string {
  const [year = 0, month = 1] = first.split("-").map(Number);
  return dayOf(new Date(year, month - 1 + months, 1)).slice(0, 7);
}

/** The days of a month, and how many of the week before it begins, Monday first. */
export function daysOfMonth(first: string): { days: string[]; blanks: number } {
  const end = `${monthAfter(first, 1)}-01`;
  const days: string[] = [];
  for (let day = first; day < end; day = dayAfter(day, 1)) days.push(day);
  const [year = 0, month = 1] = first.split("-").map(Number);
  return { days, blanks: (new Date(year, month - 1, 1).getDay() + 6) % 7 };
}
