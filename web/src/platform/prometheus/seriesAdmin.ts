import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { UseMutationResult } from "@tanstack/react-query";
import type { Labels } from "../../api/contract";
import { useOnce } from "../../api/once";
import type { Problem } from "../../api/problem";
import { askPrometheus, orderPrometheus } from "./askPrometheus";
import { seriesName } from "./wire";

/** So many series are named before they are deleted. */
const NAMED_MAX = 10;

/** Samples that are to go: of which series, and from when to when. */
export interface Doomed {
  selector: string;
  /** RFC 3339; null: from the first sample on. */
  from: string | null;
  /** RFC 3339; null: up to the last sample. */
  to: string | null;
}

/** What a deletion would meet. */
export interface Found {
  doomed: Doomed;
  /** How many series. */
  count: number;
  /** The first of them. */
  names: string[];
}

function paramsOf({ selector, from, to }: Doomed) {
  return { "match[]": selector, start: from ?? undefined, end: to ?? undefined };
}

/** What `GET admin/tsdb/delete_series` answers: what the same with POST would touch. */
interface DeletionView {
  series: number;
  first: Labels[];
}

/** Looks which series a deletion would meet. */
export function useFind(onDone: (found: Found) => void): UseMutationResult<Found, Problem, Doomed> {
  const find = useMutation<Found, Problem, Doomed>({
    mutationFn: async (doomed) => {
      const asked = { ...paramsOf(doomed), limit: NAMED_MAX };
      const { data } = await askPrometheus<DeletionView>("admin/tsdb/delete_series", asked);
      return { doomed, count: data.series, names: data.first.map(seriesName) };
    },
    onSuccess: onDone,
  });
  return useOnce(find);
}

/** An order to the store, after which everything of it is read again. */
function useOrder<Input, Done>(
  send: (input: Input) => Promise<Done>,
  onDone: (done: Done) => void,
): UseMutationResult<Done, Problem, Input> {
  const queries = useQueryClient();
  const order = useMutation<Done, Problem, Input>({
    mutationFn: send,
    onSuccess: async (done) => {
      await queries.invalidateQueries({ queryKey: ["prometheus"] });
      onDone(done);
    },
  });
  return useOnce(order);
}

/** Deletes samples. What they take on the disk is given back later, or by [`useClean`]. */
export function useDelete(onDone: () => void): UseMutationResult<null, Problem, Doomed> {
  const send = (doomed: Doomed) =>
    orderPrometheus<null>("admin/tsdb/delete_series", paramsOf(doomed));
  return useOrder(send, onDone);
}

/** Gives back what deleted samples take on the disk. */
export function useClean(onDone: () => void): UseMutationResult<null, Problem, void> {
  return useOrder(() => orderPrometheus<null>("admin/tsdb/clean_tombstones"), onDone);
}

/** Copies all samples to a directory of the server; its name is given. */
export function useSnapshot(): UseMutationResult<{ name: string }, Problem, void> {
  return useOnce(
    useMutation<{ name: string }, Problem, void>({
      mutationFn: () => orderPrometheus<{ name: string }>("admin/tsdb/snapshot"),
    }),
  );
}
