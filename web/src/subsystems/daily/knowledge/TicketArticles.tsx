import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import type { ArticleView, TicketArticleView, TicketPageView } from "../../../api/contract";
import { useChange, useItems } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { Suggested } from "./Suggested";
import { words } from "./words";

function linksOf(ticket: TicketPageView): string {
  return `/knowledge/tickets/${ticket.id}/articles`;
}

/** Ties an article to a ticket, or takes it away again. */
function Tie(props: {
  ticket: TicketPageView;
  article: { id: string; number: string };
  method: "PUT" | "DELETE";
}) {
  const { ticket, article, method } = props;
  const said = useWords(words);
  const change = useChange<null>(
    () => ({ method, path: `${linksOf(ticket)}/${article.id}` }),
    { touches: ["journal"] },
  );
  const refusal = ticket.may_work ? null : said.not_yours;
  const [name, word] = method === "PUT" ? [said.link_of, said.link] : [said.unlink_of, said.unlink];
  return (
    <>
      <Permitted refusal={refusal}>
        <Button
          size="small"
          disabled={refusal !== null}
          loading={change.isPending}
          aria-label={fill(name, { number: article.number })}
          onClick={() => change.mutate()}
        >
          {word}
        </Button>
      </Permitted>
      <ErrorPanel problem={change.error} />
    </>
  );
}

/** Begins an article with what a solved ticket says, and goes there. */
function FromTicket(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const said = useWords(words);
  const navigate = useNavigate();
  const denied = useCan()("knowledge.write");
  const solved = ticket.phase === "resolved" || ticket.phase === "closed";
  const refusal = denied ?? (solved ? null : said.from_ticket_open);
  const make = useChange<ArticleView>(
    () => ({
      method: "POST",
      path: "/knowledge/articles/from-ticket",
      body: { ticket_id: ticket.id },
    }),
    { touches: ["journal"], onDone: (made) => void navigate(paths.article(made.id)) },
  );
  return (
    <>
      <Permitted refusal={refusal}>
        <Button disabled={refusal !== null} loading={make.isPending} onClick={() => make.mutate()}>
          {said.from_ticket}
        </Button>
      </Permitted>
      <ErrorPanel problem={make.error} />
    </>
  );
}

/** The articles of a ticket, those that may help with it, and the way to a new one. */
export default function TicketArticles(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const said = useWords(words);
  const list = useItems<TicketArticleView>(linksOf(ticket));
  const linked = new Set(list.items.map((one) => one.id));
  const open = ticket.phase !== "resolved" && ticket.phase !== "closed";
  return (
    <Card title={said.ticket_articles} extra={<FromTicket ticket={ticket} />}>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {list.items.length === 0 && !list.loading ? (
        <p className="kit-quiet">{said.ticket_articles_none}</p>
      ) : null}
      <ul className="knowledge-lines">
        {list.items.map((one) => (
          <li key={one.id}>
            <Link to={one.published ? paths.knowledgeArticle(one.id) : paths.article(one.id)}>
              {one.number} {one.title}
            </Link>{" "}
            {one.published ? null : <StateTag state="pending" text={said.being_written} />}{" "}
            <Tie ticket={ticket} article={one} method="DELETE" />
          </li>
        ))}
      </ul>
      {open ? (
        <Suggested
          subject={ticket.subject}
          text={ticket.text}
          anonymous={false}
          show={({ article }) => (
            <>
              <Link to={paths.knowledgeArticle(article.id)} target="_blank">
                {article.number} {article.title}
              </Link>{" "}
              {linked.has(article.id) ? null : (
                <Tie ticket={ticket} article={article} method="PUT" />
              )}
            </>
          )}
        />
      ) : null}
    </Card>
  );
}
