import dagre from "@dagrejs/dagre";
import type { TicketStateView, TicketTransitionView } from "../../../../api/contract";

const LINE_PX = 16;
const NODE_HEIGHT_PX = 44;
const NODE_WIDTH_MIN_PX = 84;
const ROOM_PX = 24;
const MARGIN_PX = 12;
/** How far a curve runs on at a point: more than that, and it swings out beyond it. */
const BEND = 0.09;
/** From here on letters are as wide as they are high: CJK and what stands with it. */
const WIDE_FROM = 0x2e80;
const WIDE_PX = 13;
const NARROW_PX = 7;

export interface GraphState {
  key: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface GraphWay {
  key: string;
  /** What leads from one state to the other, a line each. */
  lines: string[];
  /** The middle of the lines. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** The curve, as SVG has it. */
  curve: string;
}

export interface StateGraph {
  width: number;
  height: number;
  states: GraphState[];
  ways: GraphWay[];
}

/** About how wide a text is when it is drawn. */
export function widthOf(text: string): number {
  return [...text].reduce(
    (sum, letter) => sum + ((letter.codePointAt(0) ?? 0) >= WIDE_FROM ? WIDE_PX : NARROW_PX),
    0,
  );
}

interface Spot {
  x: number;
  y: number;
}

/** A point, as SVG has it. */
function at(x: number, y: number): string {
  return `${Math.round(x)} ${Math.round(y)}`;
}

/** A curve through all points, without corners (a cardinal spline, as cubic Béziers). */
function curveOf(points: Spot[]): string {
  const [first] = points;
  if (!first) return "";
  const parts = points.slice(1).map((to, index) => {
    const from = points[index] ?? first;
    const before = points[index - 1] ?? from;
    const after = points[index + 2] ?? to;
    const leave = at(from.x + (to.x - before.x) * BEND, from.y + (to.y - before.y) * BEND);
    const reach = at(to.x - (after.x - from.x) * BEND, to.y - (after.y - from.y) * BEND);
    return `C ${leave} ${reach} ${at(to.x, to.y)}`;
  });
  return `M ${at(first.x, first.y)} ${parts.join(" ")}`;
}

/** A way that stays where it is: out at the right of the state, to its label, and back. */
function loopOf(node: { x: number; y: number; width: number }, reach: number): string {
  const side = Math.round(node.x + node.width / 2);
  // A cubic curve goes three quarters of the way to where its two handles are.
  const handle = Math.round(side + (reach - side) / 0.75);
  const y = Math.round(node.y);
  return `M ${side} ${y - 10} C ${handle} ${y - 24} ${handle} ${y + 24} ${side} ${y + 10}`;
}

/** The ways by where they lead from and to, those between the same states together. */
function togetherOf(
  states: Set<string>,
  ways: TicketTransitionView[],
  called: (way: TicketTransitionView) => string,
): Map<string, { from: string; to: string; lines: string[] }> {
  const found = new Map<string, { from: string; to: string; lines: string[] }>();
  for (const way of ways) {
    for (const from of way.from) {
      if (!states.has(from) || !states.has(way.to)) continue;
      const key = `${from}>${way.to}`;
      const known = found.get(key) ?? { from, to: way.to, lines: [] };
      known.lines.push(called(way));
      found.set(key, known);
    }
  }
  return found;
}

/** Where the states of a type and the ways between them are drawn; what leads nowhere is left out. */
export function stateGraphOf(
  type: { states: TicketStateView[]; transitions: TicketTransitionView[] },
  calledState: (state: TicketStateView) => string,
  calledWay: (way: TicketTransitionView) => string,
): StateGraph {
  const drawn = new dagre.graphlib.Graph();
  drawn.setGraph({
    rankdir: "TB",
    nodesep: 28,
    edgesep: 14,
    ranksep: 22,
    marginx: MARGIN_PX,
    marginy: MARGIN_PX,
  });
  const keys = new Set(type.states.map((state) => state.key));
  for (const state of type.states) {
    const width = Math.max(NODE_WIDTH_MIN_PX, widthOf(calledState(state)) + ROOM_PX);
    drawn.setNode(state.key, { width, height: NODE_HEIGHT_PX });
  }
  const together = togetherOf(keys, type.transitions, calledWay);
  for (const { from, to, lines } of together.values()) {
    const width = Math.max(...lines.map(widthOf)) + 8;
    drawn.setEdge(from, to, { width, height: lines.length * LINE_PX, labelpos: "c" });
  }
  dagre.layout(drawn);
  const { width = 0, height = 0 } = drawn.graph();
  const states = [...keys].map((key) => {
    const node = drawn.node(key);
    return { key, x: node.x ?? 0, y: node.y ?? 0, width: node.width, height: node.height };
  });
  const ways = [...together].map(([key, { from, to, lines }]) => {
    const edge = drawn.edge(from, to);
    const { x = 0, y = 0 } = edge;
    const size = { width: Number(edge["width"]), height: Number(edge["height"]) };
    const node = states.find((one) => one.key === from);
    const stays = node !== undefined && from === to;
    const curve = stays ? loopOf(node, x - size.width / 2) : curveOf(edge.points ?? []);
    return { key, lines, x, y, ...size, curve };
  });
  return { width, height, states, ways };
}
