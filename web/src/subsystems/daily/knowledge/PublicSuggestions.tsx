import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { useState } from "react";
import { ask } from "../../../api/client";
import type { ListedArticleView, ReadArticleView } from "../../../api/contract";
import type { Problem } from "../../../api/problem";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { Markdown } from "../../../kit/Markdown";
import { Suggested } from "./Suggested";
import { words } from "./words";

/** An article that is read where it was found: people outside have no other page of it. */
function Unfolding(props: { article: ListedArticleView }) {
  const { id, title } = props.article;
  const said = useWords(words);
  const [open, setOpen] = useState(false);
  const path = `/public/knowledge/${id}`;
  const read = useQuery<ReadArticleView, Problem>({
    queryKey: ["knowledge", "public", id],
    queryFn: ({ signal }) =>
      ask<ReadArticleView>({ method: "GET", path, anonymous: true, signal }),
    enabled: open,
  });
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      <ErrorPanel problem={read.error} onRetry={() => void read.refetch()} />
      {open && read.isPending ? <Skeleton active aria-label={said.loading} /> : null}
      {read.data ? <Markdown text={read.data.answer} /> : null}
    </details>
  );
}

/** Articles that may help whoever writes in, while they type. */
export default function PublicSuggestions(props: { subject: string; text: string }) {
  return (
    <Suggested {...props} anonymous show={({ article }) => <Unfolding article={article} />} />
  );
}
