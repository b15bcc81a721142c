import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** What is looked at, kept in the URL: every key is a query parameter, empty when absent. */
export function useViewState<K extends string>(
  keys: readonly K[],
): [Record<K, string>, (change: Partial<Record<K, string>>) => void] {
  const [search, setSearch] = useSearchParams();
  const wanted = keys.join(" ");
  const view = useMemo(() => readView(wanted.split(" "), search), [wanted, search]);
  const change = useCallback(
    (next: Partial<Record<K, string>>) => {
      setSearch(
        (old) => {
          const fresh = new URLSearchParams(old);
          for (const [key, value] of Object.entries<string | undefined>(next)) {
            if (value) fresh.set(key, value);
            else fresh.delete(key);
          }
          return fresh;
        },
        { replace: true },
      );
    },
    [setSearch],
  );
  return [view, change];
}

function readView<K extends string>(keys: string[], search: URLSearchParams): Record<K, string>;
function readView(keys: string[], search: URLSearchParams): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, search.get(key) ?? ""]));
}
