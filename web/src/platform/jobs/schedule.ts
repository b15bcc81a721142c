import type { JobSchedule } from "../../api/contract";
import { fill } from "../../kit/say";
import type { Said } from "../../kit/say";
import type { words } from "./words";

/** What the dialog edits; which fields count depends on `kind`. */
export interface ScheduleForm {
  kind: string;
  every_s?: number | null;
  cron?: string | null;
  zone?: string | null;
  calendar?: string | null;
  days_off?: string | null;
  missed?: string | null;
  at?: string | null;
  verbs?: string[];
}

/** Only the fields that belong to the kind: the server refuses the others. */
export function scheduleOf(form: ScheduleForm): ScheduleForm {
  const { kind, missed } = form;
  switch (kind) {
    case "interval":
      return { kind, every_s: form.every_s ?? null };
    case "once":
      return { kind, at: form.at || null, missed: missed || null };
    case "fact":
      return { kind, verbs: form.verbs ?? [] };
    default:
      return {
        kind,
        cron: form.cron || null,
        zone: form.zone || null,
        calendar: form.calendar || null,
        days_off: form.calendar ? form.days_off || null : null,
        missed: missed || null,
      };
  }
}

/** A schedule in a few words. */
export function scheduleWords(
  said: Said<typeof words>,
  schedule: JobSchedule,
  every: (seconds: number) => string,
): string {
  switch (schedule.kind) {
    case "interval":
      return fill(said.every, { span: every(schedule.every_s ?? 0) });
    case "once":
      return fill(said.once_at, { at: schedule.at ?? "" });
    case "fact":
      return fill(said.after_facts, { verbs: schedule.verbs.join(", ") });
    default:
      return [schedule.cron, schedule.zone, schedule.calendar].filter(Boolean).join(" · ");
  }
}
