import { useMutation } from "@tanstack/react-query";
import type { UseMutationResult } from "@tanstack/react-query";
import { ask } from "../../../../api/client";
import type { EnquiryStatusView } from "../../../../api/contract";
import { useOnce } from "../../../../api/once";
import type { Problem } from "../../../../api/problem";

/** Asks something with a query code, which travels in the body and never in an address. */
export function useCodeAsk<Input extends { code: string }>(
  path: "/status" | "/texts" | "/rating",
  onAnswer: (status: EnquiryStatusView, input: Input) => void,
): UseMutationResult<EnquiryStatusView, Problem, Input> {
  const mutation = useMutation<EnquiryStatusView, Problem, Input>({
    mutationFn: (body) =>
      ask({ method: "POST", path: `/public/enquiries${path}`, body, anonymous: true }),
    onSuccess: onAnswer,
  });
  return useOnce(mutation);
}
