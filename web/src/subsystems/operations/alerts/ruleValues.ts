import type { RuleCondition, RuleView, Severity, Text } from "../../../api/contract";

/** What the form of a rule holds: the fields of all sorts of conditions, of which one is sent. */
export interface RuleValues {
  name: Text;
  summary?: Partial<Text>;
  severity: Severity;
  enabled: boolean;
  condition: { type: RuleCondition["type"]; [field: string]: unknown };
}

const FIELDS: Record<RuleCondition["type"], string[]> = {
  check_state: ["states", "protocols"],
  threshold: [
    "selector",
    "derive",
    "window_s",
    "operator",
    "threshold",
    "clear_threshold",
    "for_s",
  ],
  query: ["expr", "for_s", "keep_firing_for_s"],
};

/** Keeps of a condition's fields those that its type knows. */
export function conditionOf(typed: RuleValues["condition"]): Record<string, unknown> {
  const kept = FIELDS[typed.type]
    .map((field) => [field, typed[field]])
    .filter(([, value]) => value !== undefined && value !== null && value !== "");
  return { type: typed.type, ...Object.fromEntries(kept) };
}

/** What is sent for a rule. */
export function bodyOf(values: RuleValues) {
  const { condition, summary, ...rest } = values;
  return {
    ...rest,
    summary: { en: summary?.en ?? "", zh: summary?.zh ?? "" },
    condition: conditionOf(condition),
  };
}

/** With what the form of a rule starts; null: a new one. */
export function valuesOf(rule: RuleView | null): Partial<RuleValues> {
  const blank = {
    type: "threshold",
    states: ["critical"],
    protocols: [],
    derive: "last",
    window_s: 60,
    operator: ">",
    for_s: 60,
    keep_firing_for_s: 0,
  } as const;
  if (!rule) return { severity: "warning", enabled: true, condition: { ...blank } };
  const { name, summary, severity, enabled, condition } = rule;
  return { name, summary, severity, enabled, condition: { ...blank, ...condition } };
}
