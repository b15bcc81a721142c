/** A figure that the list of tickets can be narrowed to. */
export type Drilled = "opened" | "open" | "overdue" | "kept" | "broken";

const VIEWS: Record<Drilled, Record<string, string>> = {
  opened: { list: "every" },
  open: {},
  overdue: { list: "overdue" },
  kept: { list: "every", kept: "true" },
  broken: { list: "every", kept: "false" },
};

/** What the figures are of: days and type. */
export interface FiguresOf {
  from: string;
  to: string;
  type: string;
}

/** The tickets of one group; null where the list cannot be narrowed to it. */
function groupView(by: string, key: string): Record<string, string> | null {
  if (key === "") return null;
  switch (by) {
    case "type":
      return { type: key };
    case "unit":
      return { unit_id: key };
    case "region":
      return { region_id: key };
    case "priority":
      return { priority: key };
    default:
      return null;
  }
}

/** The view of the list of tickets that shows what a figure counts; `group` null: of all groups. */
export function drillOf(
  figure: Drilled,
  { from, to, type }: FiguresOf,
  group: { by: string; key: string } | null,
): Record<string, string> | null {
  const narrowed = group === null ? {} : groupView(group.by, group.key);
  return narrowed && { from, to, type, ...VIEWS[figure], ...narrowed };
}
