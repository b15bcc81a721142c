import type { Language } from "../api/contract";

const LOCALES: Record<Language, string> = { en: "en-GB", zh: "zh-CN" };
const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const NOTHING = "–";

/** The unit of a value on the wire; unknown units are written as they are. */
export type Unit =
  | "bytes"
  | "bytes_per_s"
  | "ratio"
  | "seconds"
  | "per_s"
  | "count"
  | "celsius"
  | "milliseconds"
  | (string & {});

const ALIASES: Record<string, Unit> = {
  byte: "bytes",
  B: "bytes",
  "B/s": "bytes_per_s",
  "bytes/s": "bytes_per_s",
  s: "seconds",
  second: "seconds",
  ms: "milliseconds",
  "1/s": "per_s",
  "": "count",
  "1": "count",
};

/** The locale in which numbers and dates of a language are written. */
export function localeOf(language: Language): string {
  return LOCALES[language];
}

/** A plain number with at most `digits` digits after the point. */
export function formatNumber(value: number, language: Language, digits = 2): string {
  const options = { maximumFractionDigits: digits };
  return new Intl.NumberFormat(localeOf(language), options).format(value);
}

function digitsFor(value: number): number {
  const size = Math.abs(value);
  if (size >= 100) return 0;
  return size >= 10 ? 1 : 2;
}

/** Bytes by powers of 1024 with IEC units (IEC 80000-13). */
export function formatBytes(bytes: number, language: Language): string {
  let step = 0;
  let left = bytes;
  while (Math.abs(left) >= 1024 && step < BYTE_UNITS.length - 1) {
    left /= 1024;
    step += 1;
  }
  const digits = step === 0 ? 0 : Math.min(1, digitsFor(left));
  return `${formatNumber(left, language, digits)} ${BYTE_UNITS[step]}`;
}

/** A ratio 0..1 as per cent. */
export function formatRatio(ratio: number, language: Language): string {
  const digits = Math.abs(ratio) < 0.1 && ratio !== 0 ? 1 : 0;
  return `${formatNumber(ratio * 100, language, digits)} %`;
}

type Named = Record<Language, string>;

const SPANS: [number, Named][] = [
  [86_400, { en: "d", zh: "天" }],
  [3600, { en: "h", zh: "小时" }],
  [60, { en: "min", zh: "分" }],
  [1, { en: "s", zh: "秒" }],
];

/** A duration: the two largest of days, hours, minutes and seconds; below 1 s in ms or µs. */
export function formatSeconds(seconds: number, language: Language): string {
  const size = Math.abs(seconds);
  const gap = language === "zh" ? "" : " ";
  if (size === 0) return language === "zh" ? "0秒" : "0 s";
  if (size < 0.001) return `${formatNumber(seconds * 1e6, language, 0)} µs`;
  if (size < 1) return `${formatNumber(seconds * 1e3, language, size < 0.01 ? 1 : 0)} ms`;
  if (size < 60) {
    const unit = language === "zh" ? "秒" : "s";
    return `${formatNumber(seconds, language, digitsFor(size))}${gap}${unit}`;
  }
  const parts: string[] = [];
  let left = Math.round(size);
  for (const [length, name] of SPANS) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0 && parts.length < 2) parts.push(`${count}${gap}${name[language]}`);
    else if (parts.length > 0) break;
  }
  return (seconds < 0 ? "-" : "") + parts.join(" ");
}

/** Writes a value with its unit; null and not-a-number are a dash. */
export function formatFigure(
  value: number | null | undefined,
  unit: Unit,
  language: Language,
): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  const known = ALIASES[unit] ?? unit;
  switch (known) {
    case "bytes":
      return formatBytes(value, language);
    case "bytes_per_s":
      return `${formatBytes(value, language)}/s`;
    case "ratio":
      return formatRatio(value, language);
    case "seconds":
      return formatSeconds(value, language);
    case "milliseconds":
      return formatSeconds(value / 1000, language);
    case "per_s":
      return `${formatNumber(value, language, digitsFor(value))}/s`;
    case "count":
      return formatNumber(value, language, digitsFor(value));
    case "celsius":
      return `${formatNumber(value, language, 1)} °C`;
    default:
      return `${formatNumber(value, language, digitsFor(value))} ${known}`;
  }
}

/**
 * Exact date and time in the viewer's zone, with the zone's name at the end. The day is written as
 * days are everywhere else here (ISO 8601), in both languages: 3/4 is no date.
 */
export function formatExact(at: string | number, language: Language): string {
  const parts = new Intl.DateTimeFormat(localeOf(language), {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).formatToParts(new Date(at));
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((one) => one.type === type)?.value ?? "";
  const day = `${part("year")}-${part("month")}-${part("day")}`;
  return `${day} ${part("hour")}:${part("minute")}:${part("second")} ${part("timeZoneName")}`;
}

const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [
  [86_400 * 365, "year"],
  [86_400 * 30, "month"],
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
];

/** How long before or after `now_ms` a moment is, in words. */
export function formatRelative(at: string, now_ms: number, language: Language): string {
  const seconds = (new Date(at).getTime() - now_ms) / 1000;
  const spoken = (numeric: "auto" | "always") =>
    new Intl.RelativeTimeFormat(localeOf(language), { numeric, style: "short" });
  const words = spoken("auto");
  for (const [length, unit] of STEPS) {
    if (Math.abs(seconds) < length) continue;
    // Thirty days ago is not always "last month", but yesterday is yesterday.
    const own = unit === "month" || unit === "year" ? spoken("always") : words;
    return own.format(Math.trunc(seconds / length), unit);
  }
  return Math.abs(seconds) < 5
    ? words.format(0, "second")
    : words.format(Math.trunc(seconds), "second");
}
