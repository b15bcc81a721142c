import type { UnitView } from "../../api/contract";

export interface UnitNode {
  unit: UnitView;
  children: UnitNode[];
}

/** Units as trees; one whose parent is not among them stands at the top. */
export function treeOf(units: readonly UnitView[]): UnitNode[] {
  const nodes = new Map(units.map((unit) => [unit.id, { unit, children: [] } satisfies UnitNode]));
  const all = new Map<string, UnitNode>(nodes);
  const tops: UnitNode[] = [];
  for (const node of all.values()) {
    const parent = node.unit.parent_id ? all.get(node.unit.parent_id) : undefined;
    (parent?.children ?? tops).push(node);
  }
  return tops;
}

/** The units from the top down to the one above `id`. */
export function pathTo(units: readonly UnitView[], id: string): UnitView[] {
  const known = new Map(units.map((unit) => [unit.id, unit]));
  const path: UnitView[] = [];
  let at = known.get(known.get(id)?.parent_id ?? "");
  while (at && !path.includes(at)) {
    path.unshift(at);
    at = known.get(at.parent_id ?? "");
  }
  return path;
}

export interface UnitDifference {
  id: string;
  unit: UnitView;
  what: "only_then" | "only_now" | "moved" | "renamed";
  was: UnitView | undefined;
  now: UnitView | undefined;
}

function sameName(one: UnitView, other: UnitView): boolean {
  return one.name.en === other.name.en && one.name.zh === other.name.zh;
}

/** What is different between the units of another day and those of today. */
export function differencesBetween(
  then: readonly UnitView[],
  now: readonly UnitView[],
): UnitDifference[] {
  const today = new Map(now.map((unit) => [unit.id, unit]));
  const before = new Map(then.map((unit) => [unit.id, unit]));
  const found: UnitDifference[] = [];
  for (const unit of then) {
    const other = today.get(unit.id);
    const row = { id: unit.id, unit, was: unit, now: other };
    if (!other) found.push({ ...row, what: "only_then" });
    else {
      if (other.parent_id !== unit.parent_id) found.push({ ...row, what: "moved" });
      if (!sameName(unit, other)) found.push({ ...row, what: "renamed" });
    }
  }
  for (const unit of now) {
    if (before.has(unit.id)) continue;
    found.push({ id: unit.id, unit, what: "only_now", was: undefined, now: unit });
  }
  return found;
}
