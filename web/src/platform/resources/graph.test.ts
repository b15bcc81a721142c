import { describe, expect, it } from "vitest";
import type { ImpactView, RelationView } from "../../api/contract";
import { graphOf, harmAfter, layout, stepsOf } from "./graph";

const db = { id: "db", name: "db1", kind: "host" };
const shop = { id: "shop", name: "shop", kind: "business-system" };

function relation(direction: "forward" | "backward", other: typeof db): RelationView {
  return {
    id: "r1",
    kind: "depends-on",
    direction,
    other,
    wording: { en: direction, zh: direction },
    confidence: 100,
    created_at: "2026-01-01T00:00:00Z",
    source: "manual",
    weight: null,
  };
}

describe("graph", () => {
  it("draws a relation once, from its source, whichever end was read first", () => {
    const seen = [
      { from: db, relations: [relation("backward", shop)] },
      { from: shop, relations: [relation("forward", db)] },
    ];
    const graph = graphOf([db], seen, (one) => one.wording.en);
    expect(graph.nodes.map((node) => node.id)).toEqual(["db", "shop"]);
    expect(graph.edges).toEqual([
      { id: "r1", source: "shop", target: "db", wording: "forward" },
    ]);
    const spots = layout(graph);
    expect(spots.get("shop")?.y).toBeLessThan(spots.get("db")?.y ?? 0);
  });

  it("plays a failure step by step", () => {
    const step = {
      relation: "depends-on",
      resource: shop,
      needs: db,
      needs_severity: "down",
      severity: "degraded",
      of: 2,
      working: 1,
      suffices: null,
    };
    const impact: ImpactView = {
      seen: 2,
      cut_off: null,
      affected: [{ resource: shop, severity: "degraded", path: [step] }],
    };
    expect(stepsOf(impact)).toBe(1);
    expect([...harmAfter(impact, ["db"], 0)]).toEqual([["db", "down"]]);
    expect(harmAfter(impact, ["db"], 1).get("shop")).toBe("degraded");
  });
});
