import { Skeleton } from "antd";
import { Link } from "react-router";
import type { FactView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { TimeAgo } from "../../kit/TimeAgo";
import { paths } from "../../paths";
import { actorName, words as actors } from "../../platform/journal/actors";
import { SubjectLink } from "../../platform/journal/SubjectLink";
import { verbWord, words as verbs } from "../../platform/journal/verbs";
import { words } from "./words";

const SHOWN_MAX = 12;

/** Somebody who signed in, or the server that started: naming them twice says nothing more. */
function isItself(fact: FactView): boolean {
  return fact.subject.name === fact.actor.name || fact.subject.kind === "server";
}

/** The newest facts of the journal; new ones appear by themselves. */
export function ChangedCard() {
  const said = useWords(words);
  const saidVerbs = useWords(verbs);
  const saidActors = useWords(actors);
  const list = useList<FactView>("/journal", { limit: SHOWN_MAX });
  return (
    <Card title={said.changed} extra={<Link to={paths.journal()}>{said.whole_journal}</Link>}>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {list.loading ? <Skeleton active title={false} /> : null}
      {!list.loading && !list.problem && list.items.length === 0 ? (
        <p className="kit-quiet">{said.nothing_changed}</p>
      ) : null}
      <ol className="home-lines">
        {list.items.slice(0, SHOWN_MAX).map((fact) => (
          <li key={fact.seq} className="home-line">
            <span className="home-line-words">
              <strong className="home-actor">{actorName(saidActors, fact.actor)}</strong>{" "}
              {verbWord(saidVerbs, fact.verb)}{" "}
              {isItself(fact) ? null : (
                <SubjectLink subject={fact.subject} />
              )}
            </span>
            <span className="kit-quiet">
              <TimeAgo at={fact.at} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
