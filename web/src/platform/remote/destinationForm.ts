import type { DestinationSettings, DestinationView, Json } from "../../api/contract";

/** One external label. */
interface Pair {
  name?: string;
  value?: string;
}

/** What the form of a destination holds. */
export interface DestinationForm {
  name: string;
  enabled: boolean;
  settings: {
    write_url: string;
    history_url?: string | null;
    user?: string | null;
    secret_id?: string | null;
    ca_pem?: string;
    external_labels?: Pair[];
    /** A list of rules, as JSON. */
    relabel?: string;
    shards?: number | null;
    request_samples?: number | null;
    queue_mib?: number | null;
    queue_h?: number | null;
  };
}

/** What the server takes: what was left empty is left out, and so is as the default has it. */
export interface DestinationBody {
  name: string;
  enabled: boolean;
  settings: Partial<DestinationSettings>;
}

/** The rules that were typed, or null when they are no list. */
export function rulesOf(typed: string): Json[] | null {
  try {
    const parsed: Json = JSON.parse(typed);
    return Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** A destination as the form holds it. */
export function formOf(destination: DestinationView): DestinationForm {
  const { name, enabled, settings } = destination;
  const { external_labels, relabel, ...rest } = settings;
  const pairs = Object.entries(external_labels).map(([label, value]) => ({ name: label, value }));
  const rules = relabel.length > 0 ? JSON.stringify(relabel.map(withoutDefaults), null, 2) : "";
  return { name, enabled, settings: { ...rest, external_labels: pairs, relabel: rules } };
}

/** What a rule has where nothing was given: it is not shown. */
const DEFAULTS: Record<string, Json> = {
  source_labels: [],
  separator: ";",
  regex: "(.*)",
  modulus: 0,
  target_label: "",
  replacement: "$1",
  action: "replace",
};

function withoutDefaults(rule: Json): Json {
  if (typeof rule !== "object" || rule === null || Array.isArray(rule)) return rule;
  const given = Object.entries(rule).filter(
    ([name, value]) => JSON.stringify(DEFAULTS[name]) !== JSON.stringify(value),
  );
  return Object.fromEntries(given);
}

/** The form as the server takes it. */
export function bodyOf(form: DestinationForm): DestinationBody {
  const { name, enabled, settings } = form;
  const { external_labels, relabel, ...rest } = settings;
  const given = Object.entries(rest).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  const labels = (external_labels ?? []).flatMap((pair) =>
    pair.name ? [[pair.name, pair.value ?? ""] as const] : [],
  );
  const rules = rulesOf(relabel ?? "");
  return {
    name,
    enabled,
    settings: {
      ...Object.fromEntries(given),
      ...(labels.length > 0 ? { external_labels: Object.fromEntries(labels) } : {}),
      ...(rules && rules.length > 0 ? { relabel: rules } : {}),
    },
  };
}
