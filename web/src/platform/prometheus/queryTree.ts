import { PLAIN_NAME } from "./selector";
import { writeSpan } from "./spans";

/** A node of a query, as `parse_query` answers it. */
export interface QueryNode {
  type: string;
  /** Of an operator or an aggregation. */
  op?: string;
  func?: { name: string };
  args?: QueryNode[];
  expr?: QueryNode;
  lhs?: QueryNode;
  rhs?: QueryNode;
  param?: QueryNode | null;
  grouping?: string[];
  without?: boolean;
  bool?: boolean;
  matching?: { card: string; labels: string[]; on: boolean; include: string[] } | null;
  name?: string;
  matchers?: { name: string; value: string; type: string }[];
  /** Milliseconds. */
  range?: number;
  step?: number;
  offset?: number;
  timestamp?: number | null;
  startOrEnd?: string | null;
  val?: string;
}

/** A selector without its range and its shift: what it finds. */
function found(node: QueryNode): string {
  const { name = "", matchers = [] } = node;
  const pairs = matchers
    .filter((one) => one.name !== "__name__" || one.value !== name)
    .map((one) => `${one.name}${one.type}${JSON.stringify(one.value)}`);
  if (name === "" || !PLAIN_NAME.test(name)) {
    const named = name === "" ? [] : [JSON.stringify(name)];
    return `{${[...named, ...pairs].join(", ")}}`;
  }
  return pairs.length > 0 ? `${name}{${pairs.join(", ")}}` : name;
}

function shifted(node: QueryNode): string {
  const { offset = 0, timestamp, startOrEnd } = node;
  let text = "";
  if (typeof timestamp === "number") text += ` @ ${timestamp / 1000}`;
  if (startOrEnd) text += ` @ ${startOrEnd}()`;
  if (offset !== 0) text += ` offset ${offset < 0 ? "-" : ""}${writeSpan(Math.abs(offset) / 1000)}`;
  return text;
}

function spanOf(ms: number | undefined): string {
  return ms ? writeSpan(ms / 1000) : "";
}

function matched(node: QueryNode): string {
  const { matching } = node;
  let text = node.bool ? " bool" : "";
  if (!matching) return text;
  if (matching.on || matching.labels.length > 0) {
    text += ` ${matching.on ? "on" : "ignoring"} (${matching.labels.join(", ")})`;
  }
  const side = { "many-to-one": "group_left", "one-to-many": "group_right" }[matching.card];
  return side ? `${text} ${side} (${matching.include.join(", ")})` : text;
}

/** What a node does, without what lies below it. */
export function nodeText(node: QueryNode): string {
  const { op = "", grouping = [] } = node;
  switch (node.type) {
    case "vectorSelector":
      return found(node) + shifted(node);
    case "matrixSelector":
      return `${found(node)}[${spanOf(node.range)}]${shifted(node)}`;
    case "subquery":
      return `[${spanOf(node.range)}:${spanOf(node.step)}]${shifted(node)}`;
    case "call":
      return `${node.func?.name ?? ""}(…)`;
    case "aggregation":
      if (grouping.length === 0 && !node.without) return op;
      return `${op} ${node.without ? "without" : "by"} (${grouping.join(", ")})`;
    case "binaryExpr":
      return op + matched(node);
    case "unaryExpr":
      return op;
    case "parenExpr":
      return "( … )";
    case "stringLiteral":
      return JSON.stringify(node.val ?? "");
    default:
      return node.val ?? node.type;
  }
}

/** What lies below a node, in the order in which it is written. */
export function childrenOf(node: QueryNode): QueryNode[] {
  const { lhs, rhs, param, expr, args = [] } = node;
  return [lhs, rhs, param, expr, ...args].filter((one) => one !== undefined && one !== null);
}

/** The selector of a node, without its range; null when it is no selector. */
export function foundBy(node: QueryNode): string | null {
  const selects = node.type === "vectorSelector" || node.type === "matrixSelector";
  return selects ? found(node) : null;
}

/** The selectors of a query without their ranges, each once. */
export function selectorsIn(node: QueryNode): string[] {
  const own = foundBy(node);
  const below = childrenOf(node).flatMap(selectorsIn);
  return [...new Set(own === null ? below : [own, ...below])];
}
