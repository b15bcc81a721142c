import type { InspectionBody, InspectionItem } from "../../../../api/contract";

export interface ItemValues {
  key: string;
  name: string;
  place?: string;
  resource_id?: string | null;
  kind: InspectionItem["kind"];
  unit?: string;
  min?: number | null;
  max?: number | null;
  choices?: { name: string; abnormal?: boolean }[];
  photo?: boolean;
}

/** What the form of a plan holds; its paths are those of what is sent. */
export interface InspectionValues {
  name: string;
  unit_id: string;
  doer: "roster" | "post";
  by: { roster_id?: string | null; position?: string | null; post_id?: string | null };
  grace_minutes: number;
  ticket_type?: string | null;
  schedule: {
    zone: string;
    calendar: InspectionBody["schedule"]["calendar"];
    from: string;
    every: InspectionBody["schedule"]["every"];
    on?: number[];
    days_off: NonNullable<InspectionBody["schedule"]["days_off"]>;
    windows: { from: string; to: string }[];
    days?: NonNullable<InspectionBody["schedule"]["days"]>;
  };
  items: ItemValues[];
}

/** An item that a plan with these keys has not yet. */
export function newItem(keys: readonly string[]): ItemValues {
  let number = keys.length + 1;
  while (keys.includes(`item-${number}`)) number += 1;
  return { key: `item-${number}`, name: "", kind: "yes_no", photo: false };
}

/** What the form of a new plan holds at first. */
export function blankInspection(day: string, zone: string): Omit<InspectionValues, "name" | "unit_id"> {
  return {
    doer: "roster",
    by: {},
    grace_minutes: 30,
    ticket_type: null,
    schedule: {
      zone,
      calendar: "china",
      from: day,
      every: "day",
      on: [],
      days_off: "kept",
      windows: [{ from: "08:00", to: "10:00" }],
      days: [],
    },
    items: [newItem([])],
  };
}

/** What the form of a plan holds. */
export function valuesOf(plan: InspectionBody): InspectionValues {
  return {
    name: plan.name,
    unit_id: plan.unit_id,
    doer: plan.by.post_id ? "post" : "roster",
    by: plan.by,
    grace_minutes: plan.grace_minutes ?? 0,
    ticket_type: plan.ticket_type ?? null,
    schedule: {
      ...plan.schedule,
      on: plan.schedule.on ?? [],
      days_off: plan.schedule.days_off ?? "kept",
      days: plan.schedule.days ?? [],
    },
    items: plan.items.map((item) => ({ ...item })),
  };
}

/** What is sent of an item: what its question has no use for is left out. */
function itemOf(item: ItemValues): InspectionItem {
  const number = item.kind === "number";
  return {
    key: item.key,
    name: item.name,
    place: item.place ?? "",
    resource_id: item.resource_id || null,
    kind: item.kind,
    unit: number ? (item.unit ?? "") : "",
    min: number ? (item.min ?? null) : null,
    max: number ? (item.max ?? null) : null,
    choices:
      item.kind === "choice"
        ? (item.choices ?? []).map((choice) => ({
            name: choice?.name ?? "",
            abnormal: choice?.abnormal ?? false,
          }))
        : [],
    photo: item.photo ?? false,
  };
}

/** What is sent. */
export function bodyOf(values: InspectionValues): InspectionBody {
  const { schedule, by } = values;
  const most = { day: 0, week: 7, month: 31 }[schedule.every];
  return {
    name: values.name,
    unit_id: values.unit_id,
    by:
      values.doer === "post"
        ? { roster_id: null, position: null, post_id: by.post_id || null }
        : { roster_id: by.roster_id || null, position: by.position || null, post_id: null },
    grace_minutes: values.grace_minutes ?? 0,
    ticket_type: values.ticket_type || null,
    schedule: {
      zone: schedule.zone,
      calendar: schedule.calendar,
      from: schedule.from,
      every: schedule.every,
      on: (schedule.on ?? []).filter((day) => day <= most).toSorted((one, other) => one - other),
      days_off: schedule.days_off,
      windows: schedule.windows ?? [],
      days: (schedule.days ?? []).map((day) => ({ ...day, name: day.name ?? "" })),
    },
    items: (values.items ?? []).map(itemOf),
  };
}
