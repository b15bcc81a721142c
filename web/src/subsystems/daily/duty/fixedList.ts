import type { List } from "../../../api/hooks";

/** Rows that are there already, as a list. */
export function fixedList<T>(items: T[]): List<T> {
  return {
    items,
    loading: false,
    problem: null,
    reload: () => undefined,
    more: false,
    loadingMore: false,
    loadMore: () => undefined,
  };
}
