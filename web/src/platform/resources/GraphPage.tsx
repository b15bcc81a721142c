import { useQueries } from "@tanstack/react-query";
import { Button, Slider, Space } from "antd";
import { useMemo, useState } from "react";
import { Link, useParams } from "react-router";
import { ask } from "../../api/client";
import type { ImpactView, Page, RelationView, ResourceView } from "../../api/contract";
import { useChange, useOne } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useText, useWords } from "../../kit/language";
import { PageHeader } from "../../kit/PageHeader";
import { fill } from "../../kit/say";
import { paths } from "../../paths";
import { GraphCanvas } from "./GraphCanvas";
import { graphOf, harmAfter, stepsOf } from "./graph";
import type { Graph } from "./graph";
import { ImpactList } from "./ImpactList";
import { words } from "./words";
import "./resources.css";

const RELATIONS_MAX = 200;
/** Resources whose relations are drawn; the next one takes the place of the first. */
const EXPANDED_MAX = 40;

/** The relations that were read so far, in the order in which they were asked for. */
function relationsOf(reads: { data: Page<RelationView> | undefined }[]): RelationView[][] {
  return reads.map((read) => read.data?.items ?? []);
}

/** The relations of everything that was opened, put together. */
function useGraph(root: ResourceView | undefined, expanded: string[]): Graph {
  const textOf = useText();
  const answers = useQueries({
    queries: expanded.map((id) => ({
      queryKey: ["resources", "graph", id],
      queryFn: () =>
        ask<Page<RelationView>>({
          method: "GET",
          path: `/resources/${id}/relations`,
          query: { limit: RELATIONS_MAX },
        }),
    })),
    combine: relationsOf,
  });
  return useMemo(() => {
    if (!root) return { nodes: [], edges: [] };
    const own = { id: root.id, name: root.name, kind: root.kind };
    const names = new Map([[own.id, own]]);
    for (const { other } of answers.flat()) names.set(other.id, other);
    const read = expanded.flatMap((id, at) => {
      const from = names.get(id);
      return from ? [{ from, relations: answers[at] ?? [] }] : [];
    });
    return graphOf([own], read, (one) => textOf(one.wording));
  }, [root, expanded, answers, textOf]);
}

/** How a resource hangs together with others, and what happens when some of them fail. */
export default function GraphPage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const root = useOne<ResourceView>(`/resources/${id}`);
  const [expanded, setExpanded] = useState<string[]>([id]);
  const [failed, setFailed] = useState<string[]>([]);
  const [chosen, setChosen] = useState(id);
  const [step, setStep] = useState(0);
  const impact = useChange<ImpactView, string[]>(
    (ids) => ({ method: "POST", path: "/impact", body: { failed: ids } }),
    { onDone: (answer) => setStep(stepsOf(answer)) },
  );
  const graph = useGraph(root.value, expanded);
  const found = failed.length > 0 ? impact.data : undefined;
  const harm = found ? harmAfter(found, failed, step) : new Map();
  const name = graph.nodes.find((node) => node.id === chosen)?.name ?? "";
  const fail = (ids: string[]) => {
    setFailed(ids);
    if (ids.length > 0) impact.mutate(ids);
  };
  if (root.problem) return <ErrorPanel problem={root.problem} onRetry={root.reload} />;
  return (
    <div className="resource-page">
      <PageHeader
        title={fill(said.graph_title, { name: root.value?.name ?? "" })}
        about={said.graph_about}
        actions={<Link to={paths.resource(id)}>{said.graph_back}</Link>}
      />
      <ErrorPanel problem={impact.error} />
      <Space wrap className="resource-graph-tools">
        <strong>{name}</strong>
        <Button
          disabled={expanded.includes(chosen)}
          onClick={() => setExpanded([...expanded, chosen].slice(-EXPANDED_MAX))}
        >
          {said.graph_expand}
        </Button>
        <Button
          danger
          disabled={failed.includes(chosen)}
          loading={impact.isPending}
          onClick={() => fail([...failed, chosen])}
        >
          {said.graph_fail}
        </Button>
        <Button disabled={failed.length === 0} onClick={() => fail([])}>
          {said.graph_reset}
        </Button>
        {found && stepsOf(found) > 0 ? (
          <label className="resource-graph-steps">
            {said.graph_steps}
            <Slider min={0} max={stepsOf(found)} value={step} onChange={setStep} dots />
          </label>
        ) : null}
      </Space>
      <GraphCanvas graph={graph} harm={harm} failed={failed} onChoose={setChosen} />
      {found ? (
        <Card title={said.impact}>
          <ImpactList impact={found} />
        </Card>
      ) : null}
    </div>
  );
}
