import { Collapse } from "antd";
import type { ArticleRevisionView, ArticleView, Json } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { Diff } from "../../../kit/Diff";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { textsOf } from "./article";
import { words } from "./words";

function Differences(props: {
  before: ArticleRevisionView | undefined;
  after: ArticleView["article"];
}) {
  const { before, after } = props;
  const said: Record<string, string> = useWords(words);
  const shown = (path: string, value: Json) => {
    if (path === "audience") return said[String(value)] ?? String(value);
    const text = Array.isArray(value) ? value.map(String).join(", ") : String(value);
    return <div className="knowledge-text">{text}</div>;
  };
  return (
    <Diff
      before={before ? textsOf(before.article) : null}
      after={textsOf(after)}
      termOf={(path) => said[path] ?? path}
      shown={shown}
    />
  );
}

function Head(props: { one: ArticleRevisionView }) {
  const { one } = props;
  const said = useWords(words);
  return (
    <>
      {fill(said.revision_of, { n: one.revision })} ·{" "}
      {fill(said.published_by, { name: one.published_by })} · <TimeAgo at={one.published_at} />{" "}
      {one.live ? <StateTag state="ok" text={said.live} /> : null}
    </>
  );
}

/** All that was published of an article, each with what changed, and what is not published yet. */
export function Revisions(props: { one: ArticleView }) {
  const { one } = props;
  const said = useWords(words);
  const list = useItems<ArticleRevisionView>(`/knowledge/articles/${one.id}/revisions`);
  const [last] = list.items;
  const unpublished = one.state === "draft" || one.state === "in_review";
  const items = list.items.map((revision, at) => ({
    key: String(revision.revision),
    label: <Head one={revision} />,
    children: <Differences before={list.items[at + 1]} after={revision.article} />,
  }));
  const fresh = {
    key: "draft",
    label: said.compare_draft,
    children: <Differences before={last} after={one.article} />,
  };
  return (
    <Card title={said.revisions}>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {list.items.length === 0 && !list.loading ? (
        <p className="kit-quiet">{said.revisions_none}</p>
      ) : (
        <Collapse items={unpublished && last ? [fresh, ...items] : items} />
      )}
    </Card>
  );
}
