import { Alert, Skeleton, Space } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import type { ArticleTicketView, ArticleView } from "../../../api/contract";
import { useItems, useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { DescriptionList } from "../../../kit/DescriptionList";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { LinkButton } from "../../../kit/LinkButton";
import { Markdown } from "../../../kit/Markdown";
import { PageHeader } from "../../../kit/PageHeader";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { UnitName } from "../../../platform/directory/PlaceName";
import { useCan } from "../../../shell/can";
import { TONES } from "./article";
import { ArticleDialog } from "./ArticleDialog";
import { Revisions } from "./Revisions";
import { Steps } from "./Steps";
import { words } from "./words";
import "./knowledge.css";

function Facts(props: { one: ArticleView }) {
  const { one } = props;
  const { article } = one;
  const said = useWords(words);
  const resources = one.resources.map(({ id, name }) => (
    <div key={id}>
      <Link to={paths.resource(id)}>{name}</Link>
    </div>
  ));
  const items = [
    { key: "audience", term: said.audience, value: said[article.audience] },
    { key: "category", term: said.category, value: article.category || "–" },
    { key: "keywords", term: said.keywords, value: article.keywords?.join(" · ") || "–" },
    { key: "unit", term: said.unit, value: <UnitName id={article.unit_id} /> },
    { key: "owner", term: said.owner, value: one.owner ?? "–" },
    { key: "review", term: said.review_on, value: article.review_on ?? said.review_none },
    { key: "authors", term: said.authors, value: one.authors.join(" · ") },
    {
      key: "revision",
      term: said.revision,
      value: one.revision > 0 ? String(one.revision) : said.revision_none,
    },
    { key: "votes", term: said.votes, value: fill(said.votes_of, { ...one.votes }) },
    { key: "changed", term: said.changed, value: <TimeAgo at={one.changed_at} /> },
  ];
  if (resources.length > 0) {
    items.push({ key: "resources", term: said.resources, value: <>{resources}</> });
  }
  if (one.source) {
    const value = <Link to={paths.ticket(one.source.id)}>{one.source.number}</Link>;
    items.push({ key: "source", term: said.source, value });
  }
  return <DescriptionList items={items} columns={3} />;
}

function Tickets(props: { one: ArticleView }) {
  const said = useWords(words);
  const list = useItems<ArticleTicketView>(`/knowledge/articles/${props.one.id}/tickets`);
  return (
    <Card title={said.tickets}>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {list.items.length === 0 && !list.loading ? (
        <p className="kit-quiet">{said.tickets_none}</p>
      ) : null}
      <ul className="knowledge-lines">
        {list.items.map((one) => (
          <li key={one.id}>
            <Link to={paths.ticket(one.id)}>{one.number}</Link>{" "}
            <span className="kit-quiet">
              {one.linked_by} · <TimeAgo at={one.linked_at} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What is to be known before one goes on with it. */
function Notices(props: { one: ArticleView }) {
  const { one } = props;
  const said = useWords(words);
  const differs = one.live && one.state !== "published";
  return (
    <>
      {one.returned ? (
        <Alert type="warning" showIcon title={said.returned} description={one.returned} />
      ) : null}
      {one.source && one.revision === 0 ? (
        <Alert type="info" showIcon title={said.from_ticket_about} />
      ) : null}
      {differs ? (
        <Alert type="info" showIcon title={fill(said.still_read, { n: one.revision })} />
      ) : null}
    </>
  );
}

function Parts(props: { one: ArticleView }) {
  const { one } = props;
  const said = useWords(words);
  const sees = useCan()("ticket.read") === null;
  return (
    <div className="knowledge-page">
      <Notices one={one} />
      <Facts one={one} />
      {one.article.symptom ? (
        <Card title={said.symptom}>
          <Markdown text={one.article.symptom} />
        </Card>
      ) : null}
      <Card title={said.answer}>
        <Markdown text={one.article.answer ?? ""} />
      </Card>
      {sees ? <Tickets one={one} /> : null}
      <Revisions one={one} />
    </div>
  );
}

/** An article as it is worked on. */
export default function ArticlePage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const [editing, setEditing] = useState(false);
  const { value, loading, problem, reload } = useOne<ArticleView>(
    `/knowledge/articles/${encodeURIComponent(id)}`,
  );
  const one = value?.id === id ? value : undefined;
  return (
    <>
      <PageHeader
        title={one ? `${one.number} ${one.article.title}` : said.articles}
        tags={
          one ? (
            <>
              <StateTag state={TONES[one.state]} text={said[one.state]} />
              {one.due ? <StateTag state="warning" text={said.due} /> : null}
            </>
          ) : null
        }
        actions={
          one ? (
            <Space wrap>
              {one.live ? (
                <LinkButton to={paths.knowledgeArticle(one.id)}>{said.read_it}</LinkButton>
              ) : null}
              <Steps one={one} onEdit={() => setEditing(true)} />
            </Space>
          ) : null
        }
      />
      <ErrorPanel problem={problem} onRetry={reload} />
      {loading ? <Skeleton active /> : null}
      {one ? <Parts one={one} /> : null}
      {one && editing ? (
        <ArticleDialog
          article={one}
          onDone={() => setEditing(false)}
          onClose={() => setEditing(false)}
        />
      ) : null}
    </>
  );
}
