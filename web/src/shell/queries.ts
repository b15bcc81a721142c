import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { Problem } from "../api/problem";

const RETRIES_MAX = 2;
const STALE_MS = 15_000;

/** Queries for the whole page; a refused session is read again, which leads to the sign-in. */
export function makeQueries(): QueryClient {
  const check = (fault: unknown) => {
    if (fault instanceof Problem && fault.status === 401) {
      void queries.invalidateQueries({ queryKey: ["session"] });
    }
  };
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: check }),
    mutationCache: new MutationCache({ onError: check }),
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        retry: (failures, fault) =>
          failures < RETRIES_MAX && !(fault instanceof Problem && fault.status >= 400),
      },
    },
  });
  return queries;
}
