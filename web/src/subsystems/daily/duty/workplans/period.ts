import type { Language, WorkItemView, WorkPeriod } from "../../../../api/contract";
import { localeOf } from "../../../../kit/format";
import { firstOf, neighbour, shifted } from "../days";

export const PERIODS = ["week", "month", "year"] as const satisfies WorkPeriod[];

/** The first day of the period that `day` is in; weeks begin on Monday. */
export function periodStart(day: string, period: WorkPeriod): string {
  return period === "year" ? `${day.slice(0, 4)}-01-01` : firstOf(day, period);
}

/** The first day of the period before or after the one that begins with `first`. */
export function periodBeside(first: string, period: WorkPeriod, step: 1 | -1): string {
  if (period !== "year") return neighbour(first, period, step);
  return `${String(Number(first.slice(0, 4)) + step).padStart(4, "0")}-01-01`;
}

/** A period as people write it: `21 Sept – 27 Sept 2026`, `September 2026`, `2026`. */
export function periodWords(first: string, period: WorkPeriod, language: Language): string {
  const locale = localeOf(language);
  const write = (day: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(
      new Date(`${day}T00:00:00Z`),
    );
  if (period === "year") return write(first, { year: "numeric" });
  if (period === "month") return write(first, { year: "numeric", month: "long" });
  const last = shifted(first, 6);
  const same = first.slice(0, 4) === last.slice(0, 4);
  const short = { month: "short", day: "numeric" } as const;
  const whole = { ...short, year: "numeric" } as const;
  return `${write(first, same && language === "en" ? short : whole)} – ${write(last, same && language === "zh" ? short : whole)}`;
}

/** Whether an item is still to be done in its period. */
export function isLeft({ state }: WorkItemView): boolean {
  return state === "open" || state === "doing";
}

/** Whether an item should have been done by `today` and is not. */
export function isOverdue(one: WorkItemView, today: string): boolean {
  const { due } = one.item;
  return isLeft(one) && Boolean(due) && (due ?? "") < today;
}

/**
 * The items that one goes on from and into, in the order of time; those out of sight are left out,
 * and `whole` says so.
 */
export function chainOf(
  one: WorkItemView,
  seen: readonly WorkItemView[],
): { items: WorkItemView[]; whole: boolean } {
  const of_id = new Map(seen.map((item) => [item.id, item]));
  const items = [one];
  let whole = true;
  const follow = (from: WorkItemView, way: "came_from" | "went_to", add: (it: WorkItemView) => void) => {
    let id = from[way];
    // Nothing goes round; a chain that did would end where it is met again.
    while (id) {
      const next = of_id.get(id);
      if (!next || items.includes(next)) {
        whole = whole && next !== undefined;
        return;
      }
      add(next);
      id = next[way];
    }
  };
  follow(one, "came_from", (item) => items.unshift(item));
  follow(one, "went_to", (item) => items.push(item));
  return { items, whole };
}
