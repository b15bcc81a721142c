import type { Json, JsonObject } from "../../api/contract";

/** What a field may name by its id. */
export type Reference =
  | "unit"
  | "region"
  | "person"
  | "post"
  | "resource"
  | "check"
  | "incident";

const REFERENCES: Record<string, Reference> = {
  unit: "unit",
  unit_id: "unit",
  units: "unit",
  from_unit_id: "unit",
  assisting_unit_id: "unit",
  concerned_unit_id: "unit",
  into: "unit",
  region: "region",
  region_id: "region",
  person: "person",
  person_id: "person",
  lead_id: "person",
  post: "post",
  post_id: "post",
  resource: "resource",
  resource_id: "resource",
  host_resource_id: "resource",
  from_resource_id: "resource",
  merged_into: "resource",
  cause_id: "resource",
  incident_id: "incident",
  from_incident_id: "incident",
  check_id: "check",
  kept: "resource",
  gone: "resource",
};
/** Fields that name something of the sort that the whole is about. */
const OWN = new Set(["parent", "parent_id", "from", "to", "left", "right", "ids"]);
const OWN_KIND: Record<string, Reference> = {
  unit: "unit",
  region: "region",
  relation: "resource",
  reconciliation: "resource",
  resource: "resource",
  resources: "resource",
};
const ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** Whether a value is the id of something. */
export function isId(value: Json | undefined): value is string {
  return typeof value === "string" && ID.test(value);
}

/** What a field names by its id, in something of the kind `about`; null when it names nothing. */
export function referenceOf(path: string, about: string): Reference | null {
  const field = path.split(".").findLast((segment) => !/^\d+$/.test(segment)) ?? "";
  if (about === "incident" && field === "merged_into") return "incident";
  if (OWN.has(field)) return OWN_KIND[about] ?? null;
  return REFERENCES[field] ?? null;
}

/** The name that stands beside an id in the same whole: `gone` and `gone_name`. */
export function nameBeside(whole: JsonObject, field: string): boolean {
  const stem = field.replace(/_id$/, "");
  return [`${stem}_name`, `${field}_name`, `${stem}_title`].some((beside) => {
    const name = whole[beside];
    return typeof name === "object" ? name !== null : typeof name === "string" && name !== "";
  });
}
