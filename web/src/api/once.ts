import type { UseMutateAsyncFunction, UseMutateFunction, UseMutationResult } from "@tanstack/react-query";
import { useRef } from "react";

/**
 * The same mutation, but what was sent and has no answer yet is not sent again: a second click
 * waits for the answer to the first. `isPending` alone comes too late, with the next drawing.
 * Different changes, such as those of two rows, do not wait for each other.
 */
export function useOnce<Answer, Fault, Input>(
  mutation: UseMutationResult<Answer, Fault, Input>,
): UseMutationResult<Answer, Fault, Input> {
  const running = useRef(new Map<string, Promise<Answer>>());
  const mutateAsync: UseMutateAsyncFunction<Answer, Fault, Input> = (...given) => {
    const [input] = given;
    const key = JSON.stringify(input) ?? "";
    const sent = running.current.get(key);
    if (sent) return sent;
    const answer = mutation.mutateAsync(...given);
    running.current.set(key, answer);
    const forget = () => void running.current.delete(key);
    answer.then(forget, forget);
    return answer;
  };
  const mutate: UseMutateFunction<Answer, Fault, Input> = (...given) => {
    // The fault is in `error`, where who calls this looks for it.
    mutateAsync(...given).catch(() => undefined);
  };
  return { ...mutation, mutate, mutateAsync };
}
