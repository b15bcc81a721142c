import { Button } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { useNavigate } from "react-router";
import type { HarmName, IncidentView } from "../../../../api/contract";
import { Card } from "../../../../kit/Card";
import { useWords } from "../../../../kit/language";
import { paths } from "../../../../paths";
import { graphOf } from "./neighbourhood";
import { words } from "./words";

const GraphCanvas = lazy(() =>
  import("../../../../platform/resources/GraphCanvas").then((one) => ({ default: one.GraphCanvas })),
);

/** How what is wrong hangs together, drawn when asked for. */
export function AroundCard(props: { incident: IncidentView }) {
  const { incident } = props;
  const said = useWords(words);
  const navigate = useNavigate();
  const [shown, setShown] = useState(false);
  const graph = useMemo(() => graphOf(incident), [incident]);
  const cause = incident.cause?.id;
  const harm = useMemo(
    () => new Map<string, HarmName>(graph.nodes.map((node) => [node.id, "down"])),
    [graph],
  );
  if (graph.nodes.length < 2) return null;
  return (
    <Card title={said.neighbourhood}>
      {shown ? (
        <Suspense fallback={null}>
          <GraphCanvas
            graph={graph}
            harm={harm}
            failed={cause ? [cause] : []}
            onChoose={(id) => void navigate(paths.resource(id))}
          />
        </Suspense>
      ) : (
        <Button onClick={() => setShown(true)}>{said.show_graph}</Button>
      )}
    </Card>
  );
}
