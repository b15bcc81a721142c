import type { EventMappingView, Severity } from "../../../../api/contract";

export const SEVERITIES = ["critical", "warning", "info"] as const;

/** How labels are read, as its form edits it: the values of each severity together. */
export type MappingForm = Omit<EventMappingView, "severities"> & {
  severities: Record<Severity, string[]>;
};

/** The form over how labels are read. */
export function formOf(mapping: EventMappingView): MappingForm {
  const named = Object.entries(mapping.severities);
  const valuesOf = (severity: Severity) =>
    named.flatMap(([value, meant]) => (meant === severity ? [value] : []));
  return {
    ...mapping,
    severities: {
      critical: valuesOf("critical"),
      warning: valuesOf("warning"),
      info: valuesOf("info"),
    },
  };
}

/** How labels are read, as a form says. */
export function bodyOf(form: MappingForm): EventMappingView {
  const named = SEVERITIES.flatMap((severity) =>
    (form.severities[severity] ?? []).map((value): [string, Severity] => [value.trim(), severity]),
  );
  return { ...form, severities: Object.fromEntries(named) };
}

function plain(value: string): string {
  return value.trim().toLowerCase();
}

/** The first value of a severity that another one has, too; letters' case makes no difference. */
export function twiceIn(
  severities: Partial<Record<Severity, string[]>> | undefined,
  severity: Severity,
): string | undefined {
  const others = SEVERITIES.filter((one) => one !== severity);
  const taken = new Set(others.flatMap((one) => (severities?.[one] ?? []).map(plain)));
  return severities?.[severity]?.find((value) => taken.has(plain(value)));
}
