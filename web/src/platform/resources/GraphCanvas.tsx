import { Background, Controls, Handle, Position, ReactFlow } from "@xyflow/react";
import type { Edge, Node, NodeProps } from "@xyflow/react";
import { useMemo } from "react";
import type { HarmName } from "../../api/contract";
import { useWords } from "../../kit/language";
import { useShadeNow } from "../../kit/ShadeContext";
import { StateTag } from "../../kit/StateTag";
import { layout, NODE_HEIGHT_PX, NODE_WIDTH_PX } from "./graph";
import type { Graph } from "./graph";
import { HARM_TONE } from "./harm";
import { KindIcon } from "./KindIcon";
import { words } from "./words";
import "@xyflow/react/dist/style.css";

interface Drawn extends Record<string, unknown> {
  name: string;
  kind: string;
  harm: HarmName | undefined;
  failed: boolean;
}
type DrawnNode = Node<Drawn, "resource">;

function ResourceNode(props: NodeProps<DrawnNode>) {
  const said = useWords(words);
  const { name, kind, harm, failed } = props.data;
  return (
    <div className={`resource-node ${harm ? `resource-node-${harm}` : ""}`}>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <div className="resource-node-name">
        <KindIcon kind={kind} /> {name}
      </div>
      {harm ? (
        <StateTag bare state={HARM_TONE[harm]} text={failed ? said.harm_failed : said[`harm_${harm}`]} />
      ) : null}
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
}

const TYPES = { resource: ResourceNode };

/** Draws the graph; a click chooses a resource. */
export function GraphCanvas(props: {
  graph: Graph;
  harm: Map<string, HarmName>;
  failed: string[];
  onChoose: (id: string) => void;
}) {
  const { graph, harm, failed, onChoose } = props;
  const shade = useShadeNow();
  const spots = useMemo(() => layout(graph), [graph]);
  const nodes = graph.nodes.map(
    (node): DrawnNode => ({
      id: node.id,
      type: "resource",
      position: spots.get(node.id) ?? { x: 0, y: 0 },
      width: NODE_WIDTH_PX,
      height: NODE_HEIGHT_PX,
      ariaLabel: node.name,
      data: {
        name: node.name,
        kind: node.kind,
        harm: harm.get(node.id),
        failed: failed.includes(node.id),
      },
    }),
  );
  const edges = graph.edges.map(
    (edge): Edge => ({
      id: edge.id,
      source: edge.source,
      target: edge.target,
      label: edge.wording,
      animated: harm.has(edge.source) && harm.has(edge.target),
    }),
  );
  return (
    <div className="resource-graph">
      <ReactFlow
        // A graph that has grown is fitted into the view anew.
        key={graph.nodes.length}
        nodes={nodes}
        edges={edges}
        nodeTypes={TYPES}
        nodesDraggable={false}
        nodesConnectable={false}
        colorMode={shade}
        proOptions={{ hideAttribution: true }}
        fitView
        onNodeClick={(_, node) => onChoose(node.id)}
      >
        <Background />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}
