import { useMemo } from "react";
import type { SeriesView } from "../../api/contract";
import { useWords } from "../../kit/language";
import { TimeChart } from "../../kit/TimeChart";
import { PeriodPicker, usePeriod } from "./PeriodPicker";
import { useFigureWord } from "./useFigureWord";
import { quoted, useSeries } from "./useSeries";
import { words } from "./words";

/** Series of figures by their unit: one chart can only have one axis. */
function byUnit(series: SeriesView[]): [string, SeriesView[]][] {
  const groups = new Map<string, SeriesView[]>();
  for (const one of series) {
    const unit = one.labels["unit"] ?? "";
    groups.set(unit, [...(groups.get(unit) ?? []), one]);
  }
  return [...groups];
}

/** How long a check took and what it measured, over a period. */
export function CheckCharts(props: { check: string }) {
  const said = useWords(words);
  const figureWord = useFigureWord();
  const [period] = usePeriod();
  const wanted = useMemo(() => {
    const own = `{check=${quoted(props.check)}}`;
    return [
      { selector: `mainstay_check_duration_seconds${own}`, derive: "average" as const },
      { selector: `mainstay_check_figure${own}`, derive: "average" as const },
    ];
  }, [props.check]);
  const { answers, loading, problem, reload } = useSeries(wanted, period);
  const charts = useMemo(() => {
    const [durations = [], figures = []] = answers;
    const latency = durations.map(({ points }) => ({ name: said.duration, points }));
    return [
      { title: said.latency, unit: "seconds", series: latency },
      ...byUnit(figures).map(([unit, group]) => ({
        title: group.map((one) => figureWord(one.labels["label"] ?? "")).join(", "),
        unit: unit || "count",
        series: group.map(({ labels, points }) => ({
          name: figureWord(labels["label"] ?? ""),
          points,
        })),
      })),
    ];
  }, [answers, said, figureWord]);
  return (
    <>
      <div className="check-charts-head">
        <PeriodPicker />
      </div>
      <div className="kit-grid">
        {charts.map((chart) => (
          <div key={chart.title} className="kit-card">
            <TimeChart
              {...chart}
              low={0}
              loading={loading}
              problem={problem}
              onRetry={reload}
              sync={`check ${props.check}`}
            />
          </div>
        ))}
      </div>
    </>
  );
}
