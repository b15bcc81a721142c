import { Button, Skeleton } from "antd";
import { useState } from "react";
import type { CauseNode, CausesView } from "../../api/contract";
import { useOne } from "../../api/hooks";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { TimeAgo } from "../../kit/TimeAgo";
import { actorName, words as actors } from "./actors";
import { SubjectLink } from "./SubjectLink";
import { verbWord, words as verbs } from "./verbs";
import { words } from "./words";

/** One fact of the tree, set in by its distance from the first cause. */
function Node(props: { node: CauseNode; asked: number; first: number }) {
  const { node, asked, first } = props;
  const saidVerbs = useWords(verbs);
  const saidActors = useWords(actors);
  const { fact } = node;
  const own = fact.seq === asked;
  return (
    <li
      className={own ? "journal-cause journal-cause-own" : "journal-cause"}
      style={{ marginInlineStart: `${(node.depth - first) * 24}px` }}
      aria-current={own ? "true" : undefined}
    >
      <strong>{actorName(saidActors, fact.actor)}</strong> {verbWord(saidVerbs, fact.verb)}{" "}
      <SubjectLink fact={fact} />{" "}
      <span className="kit-quiet">
        <TimeAgo at={fact.at} />
      </span>
    </li>
  );
}

function Tree(props: { seq: number }) {
  const said = useWords(words);
  const read = useOne<CausesView>(`/journal/${props.seq}/causes`);
  if (read.problem) return <ErrorPanel problem={read.problem} onRetry={read.reload} />;
  if (!read.value) return <Skeleton active title={false} paragraph={{ rows: 2 }} />;
  const { nodes, cut, hidden } = read.value;
  if (nodes.length < 2) return <p className="kit-quiet">{said.causes_none}</p>;
  const first = Math.min(...nodes.map((node) => node.depth));
  return (
    <>
      <ol className="journal-causes">
        {nodes.map((node) => (
          <Node key={node.fact.seq} node={node} asked={props.seq} first={first} />
        ))}
      </ol>
      {cut ? <p className="kit-quiet">{said.causes_cut}</p> : null}
      {hidden ? <p className="kit-quiet">{said.causes_hidden}</p> : null}
    </>
  );
}

/** What led to a fact and what came of it; read when it is asked for. */
export function CausesTree(props: { seq: number }) {
  const said = useWords(words);
  const [open, setOpen] = useState(false);
  if (open) return <Tree seq={props.seq} />;
  return (
    <div>
      <Button size="small" onClick={() => setOpen(true)}>
        {said.causes_show}
      </Button>
    </div>
  );
}
