import { useMemo } from "react";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { TimeChart } from "../../../kit/TimeChart";
import type { Period } from "../../../platform/probe/periods";
import { quoted, useSeries } from "../../../platform/probe/useSeries";
import type { ChartPart, HostChartDefinition } from "./charts";
import { linesOf } from "./fold";
import { words } from "./words";

function selectorOf(part: ChartPart, host: string): string {
  const matchers = [`resource=${quoted(host)}`, ...(part.only ? [part.only] : [])];
  return `${part.metric}{${matchers.join(",")}}`;
}

/** One chart of a host over the chosen period. */
export function HostChart(props: { chart: HostChartDefinition; host: string; period: Period }) {
  const { chart, host, period } = props;
  const said = useWords(words);
  const wanted = useMemo(
    () => chart.parts.map((part) => ({ selector: selectorOf(part, host), derive: part.derive })),
    [chart, host],
  );
  const { answers, loading, problem, reload } = useSeries(wanted, period);
  const series = useMemo(
    () =>
      chart.parts.flatMap((part, index) =>
        linesOf(answers[index] ?? [], part.by, part.fold).map(({ label, points }) => ({
          name: fill(said[part.word], { label }),
          points,
        })),
      ),
    [answers, chart, said],
  );
  return (
    <div className="kit-card">
      <TimeChart
        title={said[chart.title]}
        series={series}
        unit={chart.unit}
        loading={loading}
        problem={problem}
        onRetry={reload}
        low={chart.low}
        high={chart.high}
        height={200}
        sync={`host ${host}`}
      />
    </div>
  );
}
