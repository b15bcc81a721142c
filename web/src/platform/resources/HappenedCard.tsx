import { Timeline } from "antd";
import { Link } from "react-router";
import type { FactView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { TimeAgo } from "../../kit/TimeAgo";
import { paths } from "../../paths";
import { actorName, words as actors } from "../journal/actors";
import { FactDetail } from "../journal/FactRow";
import { SubjectLink } from "../journal/SubjectLink";
import { verbWord, words as verbs } from "../journal/verbs";
import { words } from "./words";
import "./resources.css";

/** How many of the newest facts are shown; the journal has the rest. */
const FACTS = 12;
const GONE = /\.(removed|retired)$/;

/** What facts are about. */
export interface About {
  resource_id?: string;
  subject_kind?: string;
  subject_id?: string;
}

function Fact(props: { fact: FactView; linked: boolean }) {
  const { fact, linked } = props;
  const said = useWords(words);
  const saidVerbs = useWords(verbs);
  const saidActors = useWords(actors);
  return (
    <div className="resource-fact">
      <span className="resource-fact-verb">{verbWord(saidVerbs, fact.verb)}</span>{" "}
      {linked ? <SubjectLink fact={fact} gone={GONE.test(fact.verb)} /> : null}{" "}
      <span className="kit-quiet">
        {fill(said.by, { name: actorName(saidActors, fact.actor) || said.system })} · <TimeAgo at={fact.at} />
      </span>
      <details>
        <summary>{said.more}</summary>
        <FactDetail fact={fact} />
      </details>
    </div>
  );
}

/** The newest facts about one thing. */
export function HappenedCard(props: { about: About; title?: string; linked?: boolean }) {
  const { about, linked = false } = props;
  const said = useWords(words);
  const list = useList<FactView>("/journal", { ...about, limit: FACTS });
  const view: Record<string, string | undefined> = { ...about };
  return (
    <Card
      title={props.title ?? said.happened}
      extra={<Link to={paths.journal(view)}>{said.whole_journal}</Link>}
    >
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {list.items.length === 0 && !list.loading ? (
        <p className="kit-quiet">{said.no_facts}</p>
      ) : (
        <Timeline
          className="resource-facts"
          items={list.items.slice(0, FACTS).map((fact) => ({
            key: fact.seq,
            content: <Fact fact={fact} linked={linked} />,
          }))}
        />
      )}
    </Card>
  );
}
