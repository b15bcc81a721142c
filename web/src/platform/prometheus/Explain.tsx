import { useQueries } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { DescriptionList } from "../../kit/DescriptionList";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { formatNumber, formatSeconds } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { askPrometheus } from "./askPrometheus";
import { childrenOf, nodeText, selectorsIn } from "./queryTree";
import type { QueryNode } from "./queryTree";
import { useTree } from "./useAnswer";
import type { Answered } from "./useAnswer";
import type { QueryData } from "./wire";
import { words } from "./words";

/** Series of a selector are counted up to here. */
const COUNTED_MAX = 10_000;

/** How many series an answer holds. */
export function seriesIn(data: QueryData): number {
  return data.resultType === "vector" || data.resultType === "matrix" ? data.result.length : 1;
}

/** What the query cost, as the server and the browser measured it. */
function Cost(props: { answered: Answered }) {
  const { data, took_ms } = props.answered;
  const said = useWords(words);
  const language = useLanguage();
  const { samples = {}, timings = {}, seriesFetched } = data.stats ?? {};
  const count = (value: number | undefined) =>
    value === undefined ? "–" : formatNumber(value, language, 0);
  const time = (value: number | undefined) =>
    value === undefined ? "–" : formatSeconds(value, language);
  const items = [
    { key: "series", term: said.cost_series, value: count(seriesIn(data)) },
    { key: "fetched", term: said.cost_fetched, value: count(seriesFetched) },
    { key: "samples", term: said.cost_samples, value: count(samples.totalQueryableSamples) },
    { key: "queued", term: said.cost_queued, value: time(timings["execQueueTime"]) },
    { key: "evaluated", term: said.cost_evaluated, value: time(timings["evalTotalTime"]) },
    { key: "took", term: said.cost_took, value: time(took_ms / 1000) },
  ];
  return <DescriptionList columns={3} items={items} />;
}

function Node(props: { node: QueryNode }) {
  // What lies below a node has no name of its own, and never changes its place.
  const children = childrenOf(props.node).map((node, at) => ({ node, key: `child ${at}` }));
  return (
    <li>
      <code>{nodeText(props.node)}</code>
      {children.length > 0 ? (
        <ul>
          {children.map(({ node, key }) => (
            <Node key={key} node={node} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

/** How many series each selector of the query finds in the range. */
function Touched(props: { tree: QueryNode; from_s: number; to_s: number }) {
  const { from_s, to_s } = props;
  const said = useWords(words);
  const language = useLanguage();
  const selectors = selectorsIn(props.tree);
  const counts = useQueries({
    queries: selectors.map((selector) => ({
      queryKey: ["prometheus", "touched", selector, from_s, to_s],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const asked = { "match[]": selector, start: from_s, end: to_s, limit: COUNTED_MAX };
        return (await askPrometheus<unknown[]>("series", asked, signal)).data.length;
      },
    })),
  });
  const countOf = (count: number | undefined) => {
    if (count === undefined) return "–";
    const written = formatNumber(count, language, 0);
    return count < COUNTED_MAX ? written : fill(said.more_than, { n: written });
  };
  if (selectors.length === 0) return <p className="kit-quiet">{said.explain_none}</p>;
  return (
    <div className="kit-scroll">
      <table className="kit-diff">
        <thead>
          <tr>
            <th scope="col">{said.selector}</th>
            <th scope="col">{said.touched}</th>
          </tr>
        </thead>
        <tbody>
          {selectors.map((selector, at) => (
            <tr key={selector}>
              <td>{selector}</td>
              <td>{countOf(counts[at]?.data)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What a query does, what it looks at, and what it cost. */
export function Explain(props: { text: string; answered: Answered | undefined }) {
  const { text, answered } = props;
  const said = useWords(words);
  const tree = useTree(text);
  if (tree.problem) return <ErrorPanel problem={tree.problem} onRetry={tree.reload} />;
  if (!tree.value) return <Skeleton active paragraph={{ rows: 4 }} />;
  return (
    <div className="explore-explain">
      <section>
        <h3>{said.explain_tree}</h3>
        <ul className="explore-tree">
          <Node node={tree.value} />
        </ul>
      </section>
      {answered ? (
        <>
          <section>
            <h3>{said.explain_touched}</h3>
            <Touched
              tree={tree.value}
              from_s={answered.frame.from_s}
              to_s={answered.frame.to_s}
            />
          </section>
          <section>
            <h3>{said.explain_cost}</h3>
            <Cost answered={answered} />
          </section>
        </>
      ) : null}
    </div>
  );
}
