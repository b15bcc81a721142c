import { useMutation } from "@tanstack/react-query";
import { App } from "antd";
import { addressOf, problemFrom, sendTo } from "../api/client";
import type { Query } from "../api/client";
import type { Problem } from "../api/problem";
import { saveFile } from "./csv";

/** A file that the server makes. */
export interface Wanted {
  path: string;
  query?: Query;
  /** What it is called where the server doesn't say, or, if that is `exact`, in any case. */
  name: string;
  exact?: boolean;
}

const NAMED = /filename="([^"]+)"/;

/**
 * Fetches files that the server words itself. A plain link would ask for them in the language of
 * the browser; this asks in the language of the page, and a refusal is shown instead of saved.
 */
export function useDownload() {
  const { message } = App.useApp();
  const take = useMutation<void, Problem, Wanted>({
    mutationFn: async ({ path, query = {}, name, exact = false }) => {
      const response = await sendTo(addressOf(path, query), { method: "GET" });
      if (!response.ok) throw await problemFrom(response);
      const said = NAMED.exec(response.headers.get("Content-Disposition") ?? "");
      saveFile(exact ? name : (said?.[1] ?? name), await response.blob());
    },
    onError: (problem) => void message.error(problem.message),
  });
  return { take: take.mutate, running: take.isPending };
}
