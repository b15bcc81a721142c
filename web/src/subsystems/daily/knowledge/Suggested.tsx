import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ask } from "../../../api/client";
import type { Items, SuggestedArticleView } from "../../../api/contract";
import type { Problem } from "../../../api/problem";
import { useWords } from "../../../kit/language";
import { soughtOf } from "./article";
import { useSettled } from "./useSettled";
import { words } from "./words";
import "./knowledge.css";

const SETTLE_MS = 500;
const SOUGHT_MIN = 2;

/**
 * Articles that say about the same as what is typed. Nothing is said where there are none, or where
 * they cannot be asked for: whoever types is not kept from it.
 */
export function Suggested(props: {
  subject: string;
  text: string;
  /** Without saying who is signed in, of what everybody reads. */
  anonymous: boolean;
  show: (one: SuggestedArticleView) => ReactNode;
}) {
  const { anonymous, show } = props;
  const said = useWords(words);
  const q = useSettled(soughtOf(props.subject, props.text), SETTLE_MS);
  const path = anonymous ? "/public/knowledge/search" : "/knowledge/search";
  const enabled = q.length >= SOUGHT_MIN;
  const read = useQuery<Items<SuggestedArticleView>, Problem>({
    queryKey: ["knowledge", "suggested", path, q],
    queryFn: ({ signal }) =>
      ask<Items<SuggestedArticleView>>({ method: "GET", path, query: { q }, anonymous, signal }),
    enabled,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const items = enabled ? (read.data?.items ?? []) : [];
  return (
    <div aria-live="polite">
      {items.length > 0 ? (
        <section className="knowledge-suggested" aria-label={said.suggested}>
          <strong>{said.suggested}</strong>
          <ul>
            {items.map((one) => (
              <li key={one.article.id}>{show(one)}</li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}
