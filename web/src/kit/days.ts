const DAY_MS = 86_400_000;

function two(part: number): string {
  return String(part).padStart(2, "0");
}

/** The day of a moment in the viewer's zone, as `2026-03-01`. */
export function dayOf(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The day so many days after `day`. */
export function dayAfter(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return dayOf(new Date(year, month - 1, date + days));
}

/** The zone of the viewer. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** How many days lie between two days. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** The moment at which a day begins in the viewer's zone, as RFC 3339; null for no day. */
export function startOf(day: string | undefined): string | null {
  if (!day) return null;
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const at = new Date(year, month - 1, date);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** The moment at which a day is over in the viewer's zone, as RFC 3339; null for no day. */
export function endOf(day: string | undefined): string | null {
  return day ? startOf(dayAfter(day, 1)) : null;
}

/** What of a form was filled in: without what is empty. */
export function filledIn(values: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== ""),
  );
}
