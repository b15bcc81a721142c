import type { ProblemField } from "../api/contract";

/** `spec.url`, `/spec/url` and `spec[0]` as the path of a form field. */
export function fieldPath(field: string): (string | number)[] {
  return field
    .split(/[./[\]]+/)
    .filter((part) => part !== "")
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

export interface PlacedFaults {
  /** Faults by the form field that holds them. */
  placed: { name: (string | number)[]; errors: string[] }[];
  /** Faults for which the form has no field. */
  loose: ProblemField[];
}

/**
 * Finds the form field of each fault: the field itself or the nearest one around it; `worded` says
 * what is expected there.
 */
export function placeFaults(
  faults: ProblemField[],
  fields: (string | number)[][],
  worded: (expected: string) => string = (expected) => expected,
): PlacedFaults {
  const placed = new Map<string, { name: (string | number)[]; errors: string[] }>();
  const loose: ProblemField[] = [];
  const known = new Map(fields.map((name) => [name.join("."), name]));
  for (const fault of faults) {
    const path = fieldPath(fault.field);
    while (path.length > 0 && !known.has(path.join("."))) path.pop();
    const name = known.get(path.join("."));
    if (!name) {
      loose.push(fault);
      continue;
    }
    const key = name.join(".");
    const at = placed.get(key) ?? { name, errors: [] };
    at.errors.push(worded(fault.expected));
    placed.set(key, at);
  }
  return { placed: [...placed.values()], loose };
}
