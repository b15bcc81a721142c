import { Button, Empty, Skeleton } from "antd";
import { Link } from "react-router";
import type { ListedArticleView, SuggestedArticleView } from "../../../api/contract";
import { useItems, useList } from "../../../api/hooks";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { fill } from "../../../kit/say";
import { SearchBox } from "../../../kit/SearchBox";
import { TimeAgo } from "../../../kit/TimeAgo";
import { useViewState } from "../../../kit/viewState";
import { paths } from "../../../paths";
import { words } from "./words";
import "./knowledge.css";

const FOUND_MAX = 50;
const SOUGHT_MAX = 400;

function Listed(props: { one: ListedArticleView; onCategory: (name: string) => void }) {
  const { one, onCategory } = props;
  const said = useWords(words);
  return (
    <li className="kit-card">
      <h2>
        <Link to={paths.knowledgeArticle(one.id)}>{one.title}</Link>
      </h2>
      <div className="knowledge-excerpt kit-quiet">{one.excerpt}</div>
      <div className="kit-quiet">
        {one.number} ·{" "}
        {one.category ? (
          <>
            <Button
              type="link"
              size="small"
              aria-label={fill(said.in_category, { name: one.category })}
              onClick={() => onCategory(one.category)}
            >
              {one.category}
            </Button>{" "}
            ·{" "}
          </>
        ) : null}
        <TimeAgo at={one.published_at} /> · {fill(said.votes_of, { ...one.votes })}
      </div>
    </li>
  );
}

/** What one reads of the knowledge base: the newest first, or what says about the same as a text. */
export default function KnowledgePage() {
  const said = useWords(words);
  const [view, setView] = useViewState(["q", "category"]);
  const sought = view.q !== "";
  const { category } = view;
  const all = useList<ListedArticleView>(
    "/knowledge/published",
    { category },
    { enabled: !sought },
  );
  const found = useItems<SuggestedArticleView>(sought ? "/knowledge/search" : null, {
    q: view.q.slice(0, SOUGHT_MAX),
    category,
    limit: FOUND_MAX,
  });
  const items = sought ? found.items.map((one) => one.article) : all.items;
  const read = sought ? found : all;
  const none = items.length === 0 && !read.loading && read.problem === null;
  return (
    <>
      <PageHeader title={said.knowledge} about={said.knowledge_about} />
      <div className="kit-filters">
        <SearchBox label={said.search} value={view.q} onSearch={(q) => setView({ q })} />
        {category ? (
          <Button onClick={() => setView({ category: "" })}>
            {fill(said.in_category, { name: category })} · {said.every_category}
          </Button>
        ) : null}
      </div>
      <ErrorPanel problem={read.problem} onRetry={read.reload} />
      {read.loading ? <Skeleton active /> : null}
      {none ? (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={sought ? said.found_none : said.knowledge_empty}
        />
      ) : null}
      <ul className="knowledge-list" aria-label={said.knowledge}>
        {items.map((one) => (
          <Listed key={one.id} one={one} onCategory={(name) => setView({ category: name })} />
        ))}
      </ul>
      {read.more ? (
        <Button block loading={read.loadingMore} onClick={read.loadMore}>
          {said.more}
        </Button>
      ) : null}
    </>
  );
}
