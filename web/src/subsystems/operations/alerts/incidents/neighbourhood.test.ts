import { describe, expect, it } from "vitest";
import type { IncidentStoryView } from "../../../../api/contract";
import { graphOf } from "./neighbourhood";

const named = (id: string) => ({ id, name: id.toUpperCase() });

describe("the graph of an incident", () => {
  it("draws each resource and each need once", () => {
    const step = (resource: string, needs: string) => ({
      resource: named(resource),
      needs: named(needs),
      relation: "runs-on",
      working: 0,
      of: 1,
    });
    const story = (id: string): IncidentStoryView => ({
      alert_id: id,
      resource: named(id),
      steps: [step("host", "core"), step(id, "host")],
    });
    const graph = graphOf({ cause: named("core"), stories: [story("web1"), story("web2")] });
    expect(graph.nodes.map((node) => node.id)).toEqual(["core", "host", "web1", "web2"]);
    expect(graph.edges.map((edge) => `${edge.source}>${edge.target}`)).toEqual([
      "host>core",
      "web1>host",
      "web2>host",
    ]);
  });
});
