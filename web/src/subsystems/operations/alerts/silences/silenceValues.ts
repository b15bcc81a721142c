import type { SilenceDraft, SilenceView } from "../../../../api/contract";
import { ownZone } from "../../../../kit/days";

/** What the form of a silence holds; times as the browser's own field writes them. */
export interface SilenceValues {
  resource_id?: string;
  neighbourhood?: boolean;
  matchers?: { label: string; operator: string; value: string }[];
  reason: string;
  starts: string;
  ends: string;
  repeats?: boolean;
  days?: number[];
  from?: string;
  minutes?: number;
  zone?: string;
}

const HOUR_MS = 3_600_000;

/** `2026-01-31T08:00` in the viewer's zone. */
export function localOf(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** What is sent for a silence. */
export function bodyOf(values: SilenceValues): SilenceDraft {
  const { days = [], from = "", minutes = 0, zone = "" } = values;
  return {
    resource_id: values.resource_id || null,
    neighbourhood: values.neighbourhood ?? false,
    matchers: values.matchers ?? [],
    reason: values.reason,
    starts_at: new Date(values.starts).toISOString(),
    ends_at: new Date(values.ends).toISOString(),
    weekly: values.repeats ? { days, from, minutes, zone } : null,
  };
}

/** With what the form starts; null: a new one, for the next two hours. */
export function valuesOf(silence: SilenceView | null, now: Date): SilenceValues {
  const zone = ownZone();
  const weekly = silence?.weekly ?? { days: [1], from: "22:00", minutes: 120, zone };
  return {
    ...(silence?.resource_id ? { resource_id: silence.resource_id } : {}),
    neighbourhood: silence?.neighbourhood ?? false,
    matchers: silence?.matchers ?? [],
    reason: silence?.reason ?? "",
    starts: localOf(silence ? new Date(silence.starts_at) : now),
    ends: localOf(silence ? new Date(silence.ends_at) : new Date(now.getTime() + 2 * HOUR_MS)),
    repeats: Boolean(silence?.weekly),
    ...weekly,
  };
}
