import type { IncidentView } from "../../../../api/contract";
import type { Graph, GraphEdge, GraphNode } from "../../../../platform/resources/graph";

/** The cause, what follows from it, and the steps between: each resource and need once. */
export function graphOf(incident: Pick<IncidentView, "cause" | "stories">): Graph {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  const add = (one: { id: string; name: string }) => nodes.set(one.id, { ...one, kind: "" });
  if (incident.cause) add(incident.cause);
  for (const step of incident.stories.flatMap((story) => story.steps)) {
    add(step.needs);
    add(step.resource);
    const id = `${step.resource.id} ${step.needs.id}`;
    edges.set(id, { id, source: step.resource.id, target: step.needs.id, wording: step.relation });
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}
