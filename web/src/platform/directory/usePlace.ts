import type { RegionView, UnitView } from "../../api/contract";
import { useList, useOne } from "../../api/hooks";
import { useCan, useCanEverywhere } from "../../shell/can";
import { useName } from "./useName";

export type PlacePath = "/units" | "/regions";

export interface KnownPlace {
  /** What it is called; nothing while it is read, and for those who may not see it. */
  name: string | undefined;
  /** Why it has no name: it lies outside what the reader may see, or is not there on that day. */
  without: "unseen" | "missing" | null;
}

/** How many of those that the reader sees are asked for at once; a select of them asks the same. */
export const PLACES_MAX = 500;

/**
 * What a unit or region is called. Whoever sees a part of them only is not shown each: their own
 * list says which, and nothing is asked for that would be refused.
 */
export function usePlace(path: PlacePath, id: string | null, as_of = ""): KnownPlace {
  const nameOf = useName();
  const all = useCanEverywhere()("directory.read") === null;
  const some = useCan()("directory.read") === null;
  const query = as_of ? { limit: PLACES_MAX, as_of } : { limit: PLACES_MAX };
  const enabled = some && !all && id !== null;
  const list = useList<UnitView | RegionView>(path, query, { enabled });
  const listed = list.items.find((place) => place.id === id);
  // Of more than fit on a page each is asked for by itself.
  const apart = all || (enabled && list.more && !listed);
  const one = useOne<UnitView | RegionView>(apart && id ? `${path}/${id}` : null, { as_of });
  const found = apart ? one.value : listed;
  if (found && found.id === id) return { name: nameOf(found.name), without: null };
  if (!id) return { name: undefined, without: null };
  if (!some) return { name: undefined, without: "unseen" };
  const absent = all ? "missing" : "unseen";
  if (apart) return { name: undefined, without: one.problem?.status === 404 ? absent : null };
  return { name: undefined, without: list.loading || list.problem ? null : "unseen" };
}
