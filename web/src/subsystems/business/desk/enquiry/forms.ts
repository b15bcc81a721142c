import { useQuery } from "@tanstack/react-query";
import { ask } from "../../../../api/client";
import type { Items, OfferedFormView } from "../../../../api/contract";
import type { Problem } from "../../../../api/problem";

/** A form with the moment it was opened, by the clock of `performance.now()`. */
export interface OpenedForm {
  form: OfferedFormView;
  opened_ms: number;
}

/** Asks for the forms that are open to everybody. */
export async function openForms(): Promise<OpenedForm[]> {
  const request = { method: "GET", path: "/public/forms", anonymous: true } as const;
  const { items } = await ask<Items<OfferedFormView>>(request);
  const opened_ms = performance.now();
  return items.map((form) => ({ form, opened_ms }));
}

/** The forms that are open to everybody; read once, for each is good for one enquiry. */
export function useForms() {
  return useQuery<OpenedForm[], Problem>({
    queryKey: ["public", "forms"],
    queryFn: openForms,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}
