import { Skeleton } from "antd";
import { Link } from "react-router";
import type { FactView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { paths } from "../../paths";
import { actorName, words as actors } from "../../platform/journal/actors";
import { SubjectLink } from "../../platform/journal/SubjectLink";
import { verbWord, words as verbs } from "../../platform/journal/verbs";
import { Line } from "./Line";
import { words } from "./words";

/** Somebody who signed in, or the server that started: naming them twice says nothing more. */
function isItself(fact: FactView): boolean {
  return fact.subject.name === fact.actor.name || fact.subject.kind === "server";
}

/** The newest facts of the journal, or of one sort; new ones appear by themselves. */
export function FactsCard(props: { title: string; empty: string; shown: number; verb?: string }) {
  const said = useWords(words);
  const saidVerbs = useWords(verbs);
  const saidActors = useWords(actors);
  const { verb, shown } = props;
  const list = useList<FactView>("/journal", { verb, limit: shown });
  return (
    <Card
      title={props.title}
      extra={<Link to={paths.journal(verb ? { verb } : {})}>{said.whole_journal}</Link>}
    >
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {list.loading ? <Skeleton active title={false} /> : null}
      {!list.loading && !list.problem && list.items.length === 0 ? (
        <p className="kit-quiet">{props.empty}</p>
      ) : null}
      <ol className="home-lines">
        {list.items.slice(0, shown).map((fact) => (
          <Line
            key={fact.seq}
            title={
              <>
                <strong className="home-actor">{actorName(saidActors, fact.actor)}</strong>{" "}
                {verbWord(saidVerbs, fact.verb)}{" "}
                {isItself(fact) ? null : <SubjectLink fact={fact} />}
              </>
            }
            at={fact.at}
          />
        ))}
      </ol>
    </Card>
  );
}
