import { DislikeOutlined, LikeOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import { Link, Navigate, useParams } from "react-router";
import type { ArticlePageView } from "../../../api/contract";
import { useChange, useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { LinkButton } from "../../../kit/LinkButton";
import { Markdown } from "../../../kit/Markdown";
import { PageHeader } from "../../../kit/PageHeader";
import { fill } from "../../../kit/say";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { words } from "./words";
import "./knowledge.css";

const NOT_FOUND = 404;

/** Whether it was of use: each reader has one vote, and may change it. */
function Vote(props: { page: ArticlePageView }) {
  const { article, votes, own_vote } = props.page;
  const said = useWords(words);
  const vote = useChange<ArticlePageView, boolean>((useful) => ({
    method: "PUT",
    path: `/knowledge/published/${article.id}/vote`,
    body: { useful },
  }));
  return (
    <section className="knowledge-vote" aria-label={said.useful_question}>
      <span>{said.useful_question}</span>
      <Button
        icon={<LikeOutlined aria-hidden />}
        type={own_vote === true ? "primary" : "default"}
        aria-pressed={own_vote === true}
        onClick={() => vote.mutate(true)}
      >
        {said.useful}
      </Button>
      <Button
        icon={<DislikeOutlined aria-hidden />}
        type={own_vote === false ? "primary" : "default"}
        aria-pressed={own_vote === false}
        onClick={() => vote.mutate(false)}
      >
        {said.useless}
      </Button>
      <span className="kit-quiet" role="status">
        {fill(said.votes_of, { ...votes })}
      </span>
      <ErrorPanel problem={vote.error} />
    </section>
  );
}

function Texts(props: { page: ArticlePageView }) {
  const { article, resources } = props.page;
  const said = useWords(words);
  return (
    <>
      {article.symptom ? (
        <Card title={said.symptom}>
          <Markdown text={article.symptom} />
        </Card>
      ) : null}
      <Card title={said.answer}>
        <Markdown text={article.answer} />
      </Card>
      {resources.length > 0 ? (
        <Card title={said.resources}>
          <ul className="knowledge-lines">
            {resources.map((one) => (
              <li key={one.id}>
                <Link to={paths.resource(one.id)}>{one.name}</Link>
              </li>
            ))}
          </ul>
        </Card>
      ) : null}
    </>
  );
}

/** An article as its readers see it. Who works on articles is led to one that nobody reads yet. */
export default function ReadPage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const works = useCan()("knowledge.read") === null;
  const { value, loading, problem, reload } = useOne<ArticlePageView>(
    `/knowledge/published/${encodeURIComponent(id)}`,
  );
  const page = value?.article.id === id ? value : undefined;
  if (problem?.status === NOT_FOUND && works) return <Navigate to={paths.article(id)} replace />;
  return (
    <>
      <PageHeader
        title={page?.article.title ?? said.knowledge}
        actions={
          works && page ? (
            <LinkButton to={paths.article(id)}>{said.work_on_it}</LinkButton>
          ) : null
        }
      />
      <ErrorPanel problem={problem} onRetry={reload} />
      {loading ? <Skeleton active /> : null}
      {page ? (
        <div className="knowledge-page">
          <p className="kit-quiet">
            {[page.article.number, page.article.category].filter(Boolean).join(" · ")} ·{" "}
            {fill(said.revision_of, { n: page.article.revision })} ·{" "}
            <TimeAgo at={page.article.published_at} />
          </p>
          <Texts page={page} />
          <Vote page={page} />
        </div>
      ) : null}
    </>
  );
}
