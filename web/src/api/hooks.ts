import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { UseMutationResult } from "@tanstack/react-query";
import { ask } from "./client";
import type { Ask, Query } from "./client";
import type { Items, Page } from "./contract";
import { useOnce } from "./once";
import { problemOf } from "./problem";
import type { Problem } from "./problem";

/** The first segment of a path: what live facts and changes name to have queries read again. */
export function rootOf(path: string): string {
  return path.split("/")[1] ?? "";
}

export interface ReadOptions {
  /** Reads again after so many milliseconds. */
  every_ms?: number;
  /** False: does not read yet. */
  enabled?: boolean;
}

export interface One<T> {
  value: T | undefined;
  loading: boolean;
  problem: Problem | null;
  reload: () => void;
}

/** Reads one thing. `path` null: nothing to read yet. */
export function useOne<T>(
  path: string | null,
  query: Query = {},
  options: ReadOptions = {},
): One<T> {
  const read = useQuery<T, Problem>({
    queryKey: [rootOf(path ?? ""), "one", path, query],
    queryFn: ({ signal }) => ask<T>({ method: "GET", path: path ?? "", query, signal }),
    enabled: path !== null && options.enabled !== false,
    refetchInterval: options.every_ms ?? false,
    placeholderData: keepPreviousData,
  });
  return {
    value: read.data,
    loading: read.isPending && read.isFetching,
    problem: read.error,
    reload: () => void read.refetch(),
  };
}

export interface List<T> {
  items: T[];
  loading: boolean;
  problem: Problem | null;
  reload: () => void;
  more: boolean;
  loadingMore: boolean;
  loadMore: () => void;
}

/** Something read that holds all of a list. */
export function wholeList<T>(read: One<Items<T>>): List<T> {
  return {
    items: read.value?.items ?? [],
    loading: read.loading,
    problem: read.problem,
    reload: read.reload,
    more: false,
    loadingMore: false,
    loadMore: () => undefined,
  };
}

/** Reads a list that is short and has no pages. */
export function useItems<T>(
  path: string | null,
  query: Query = {},
  options?: ReadOptions,
): List<T> {
  return wholeList(useOne<Items<T>>(path, query, options));
}

/** Reads a list page by page, by key. */
export function useList<T>(path: string, query: Query = {}, options: ReadOptions = {}): List<T> {
  const read = useInfiniteQuery({
    queryKey: [rootOf(path), "list", path, query],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<T>>({ method: "GET", path, query: { ...query, after: pageParam }, signal }),
    initialPageParam: "",
    getNextPageParam: (page: Page<T>) => page.next,
    enabled: options.enabled !== false,
    refetchInterval: options.every_ms ?? false,
    placeholderData: keepPreviousData,
  });
  return {
    items: read.data?.pages.flatMap((page) => page.items) ?? [],
    loading: read.isPending && read.isFetching,
    problem: read.error ? problemOf(read.error) : null,
    reload: () => void read.refetch(),
    more: read.hasNextPage,
    loadingMore: read.isFetchingNextPage,
    loadMore: () => void read.fetchNextPage(),
  };
}

export interface ChangeOptions<Answer> {
  /** Roots (first path segments) read again afterwards; the root of the path always is. */
  touches?: string[];
  onDone?: (answer: Answer) => void;
}

/**
 * Sends a change; `mutate(input)` starts it, `error` holds the faults of the fields. The same
 * change is not sent again while it is pending.
 */
export function useChange<Answer, Input = void>(
  request: (input: Input) => Ask,
  options: ChangeOptions<Answer> = {},
): UseMutationResult<Answer, Problem, Input> {
  const queries = useQueryClient();
  const change = useMutation<Answer, Problem, Input>({
    mutationFn: (input) => ask<Answer>(request(input)),
    onSuccess: async (answer, input) => {
      const roots = [rootOf(request(input).path), ...(options.touches ?? [])];
      await Promise.all(roots.map((root) => queries.invalidateQueries({ queryKey: [root] })));
      options.onDone?.(answer);
    },
  });
  return useOnce(change);
}

const PAGES_MAX = 20;

/** Reads all pages of a list that a page needs as a whole, such as a tree; at most 10,000 rows. */
export function useAll<T>(path: string | null, query: Query = {}): List<T> {
  const read = useQuery<T[], Problem>({
    queryKey: [rootOf(path ?? ""), "all", path, query],
    queryFn: async ({ signal }) => {
      const items: T[] = [];
      let after: string | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const asked = { ...query, limit: 500, after };
        const got = await ask<Page<T>>({ method: "GET", path: path ?? "", query: asked, signal });
        items.push(...got.items);
        if (got.next === null) break;
        after = got.next;
      }
      return items;
    },
    enabled: path !== null,
    placeholderData: keepPreviousData,
  });
  return {
    items: read.data ?? NOTHING,
    loading: read.isPending && read.isFetching,
    problem: read.error,
    reload: () => void read.refetch(),
    more: false,
    loadingMore: false,
    loadMore: () => undefined,
  };
}

/** The same empty list every time, so that what is made of it is not made anew. */
const NOTHING: never[] = [];
