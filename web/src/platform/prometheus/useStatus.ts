import { useQuery } from "@tanstack/react-query";
import type { UseQueryResult } from "@tanstack/react-query";
import type { Problem } from "../../api/problem";
import { askPrometheus } from "./askPrometheus";

/** What was read, and how that stands. */
export interface Read<T> {
  value: T | undefined;
  loading: boolean;
  /** Being read again. */
  busy: boolean;
  problem: Problem | null;
  reload: () => void;
}

/** What a page shows of a question to the server. */
export function readOf<T>(read: UseQueryResult<T, Problem>): Read<T> {
  return {
    // What was answered before does not stand beside why there is no answer now.
    value: read.error ? undefined : read.data,
    loading: read.isPending && read.isFetching,
    busy: read.isFetching,
    problem: read.error,
    reload: () => void read.refetch(),
  };
}

/** Reads one thing of the API that seldom changes. */
export function useStatus<T>(path: string, params: Record<string, string | number> = {}): Read<T> {
  const read = useQuery<T, Problem>({
    queryKey: ["prometheus", path, params],
    queryFn: async ({ signal }) => (await askPrometheus<T>(path, params, signal)).data,
  });
  return readOf(read);
}
