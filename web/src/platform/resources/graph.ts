import dagre from "@dagrejs/dagre";
import type { HarmName, ImpactView, RelationView } from "../../api/contract";

/** A resource as the graph draws it. */
export interface GraphNode {
  id: string;
  name: string;
  kind: string;
}

/** A relation as it reads from its source. */
export interface GraphEdge {
  id: string;
  source: string;
  target: string;
  wording: string;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

export interface Spot {
  x: number;
  y: number;
}

export const NODE_WIDTH_PX = 190;
export const NODE_HEIGHT_PX = 56;

/** Puts what was read of several resources together; every relation once. */
export function graphOf(
  roots: GraphNode[],
  read: { from: GraphNode; relations: RelationView[] }[],
  word: (relation: RelationView) => string,
): Graph {
  const nodes = new Map(roots.map((node) => [node.id, node]));
  const edges = new Map<string, GraphEdge>();
  for (const { from, relations } of read) {
    nodes.set(from.id, from);
    for (const relation of relations) {
      const other = relation.other;
      nodes.set(other.id, nodes.get(other.id) ?? other);
      const forward = relation.direction === "forward";
      const known = edges.get(relation.id);
      if (known && !forward) continue;
      edges.set(relation.id, {
        id: relation.id,
        source: forward ? from.id : other.id,
        target: forward ? other.id : from.id,
        wording: word(relation),
      });
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

/** Where each node goes: what is needed stands below what needs it. */
export function layout(graph: Graph): Map<string, Spot> {
  const drawn = new dagre.graphlib.Graph();
  drawn.setGraph({ rankdir: "TB", nodesep: 24, ranksep: 70 });
  drawn.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) {
    drawn.setNode(node.id, { width: NODE_WIDTH_PX, height: NODE_HEIGHT_PX });
  }
  for (const edge of graph.edges) drawn.setEdge(edge.source, edge.target);
  dagre.layout(drawn);
  return new Map(
    graph.nodes.map((node) => {
      const { x = 0, y = 0 } = drawn.node(node.id);
      return [node.id, { x: x - NODE_WIDTH_PX / 2, y: y - NODE_HEIGHT_PX / 2 }];
    }),
  );
}

/** How far the failure has to travel, and so how many steps there are to play. */
export function stepsOf(impact: ImpactView): number {
  return Math.max(0, ...impact.affected.map((one) => one.path.length));
}

/** How each resource fares after so many steps of the failure. */
export function harmAfter(
  impact: ImpactView,
  failed: string[],
  steps: number,
): Map<string, HarmName> {
  const reached = impact.affected.filter((one) => one.path.length <= steps);
  return new Map([
    ...reached.map((one): [string, HarmName] => [one.resource.id, one.severity]),
    ...failed.map((id): [string, HarmName] => [id, "down"]),
  ]);
}
