import type { Language } from "../../api/contract";
import { localeOf } from "../../kit/format";

const NOTHING = "–";

/** A sample in six digits, small and large ones by powers of ten. */
export function formatSample(value: number | null | undefined, language: Language): string {
  if (value === null || value === undefined || Number.isNaN(value)) return NOTHING;
  if (!Number.isFinite(value)) return value > 0 ? "+∞" : "−∞";
  const size = Math.abs(value);
  const extreme = size !== 0 && (size >= 1e12 || size < 1e-6);
  return new Intl.NumberFormat(localeOf(language), {
    maximumSignificantDigits: 6,
    notation: extreme ? "scientific" : "standard",
  }).format(value);
}

/** A mark at an axis: short. */
export function formatMark(value: number, language: Language): string {
  if (!Number.isFinite(value)) return value > 0 ? "+∞" : "−∞";
  const size = Math.abs(value);
  const small = size !== 0 && size < 1e-4;
  return new Intl.NumberFormat(localeOf(language), {
    maximumSignificantDigits: 5,
    notation: small ? "scientific" : "compact",
  }).format(value);
}

/** Clock times at an axis; at midnight the date. */
export function clockMarks(splits_s: number[], step_s: number, language: Language): string[] {
  const locale = localeOf(language);
  const clock = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    ...(step_s < 60 ? { second: "2-digit" as const } : {}),
  });
  const day = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric" });
  return splits_s.map((at_s) => {
    const at = new Date(at_s * 1000);
    const midnight = at.getHours() === 0 && at.getMinutes() === 0;
    return step_s >= 86_400 || midnight ? day.format(at) : clock.format(at);
  });
}
