import { useMemo } from "react";
import type { SeriesAnswer } from "../../api/contract";
import { useOne } from "../../api/hooks";
import type { Unit } from "../../kit/format";
import { useWords } from "../../kit/language";
import { TimeChart } from "../../kit/TimeChart";
import type { ChartSeries } from "../../kit/TimeChart";
import { useNow } from "../../kit/TimeAgo";
import { words } from "./words";

const HOUR_MS = 3_600_000;
const STEP_S = 15;
const STEP_MS = STEP_S * 1000;
const HEIGHT_PX = 150;

interface Wanted {
  metric: string;
  /** What the line is called; a metric with several devices adds the device. */
  name: string;
}

function useHour(resource_id: string, metric: string) {
  // The period moves with the step, so that a query holds for as long as its answer is right.
  const to = Math.floor(useNow() / STEP_MS) * STEP_MS;
  return useOne<SeriesAnswer>("/series", {
    selector: `${metric}{resource="${resource_id}"}`,
    from: new Date(to - HOUR_MS).toISOString(),
    to: new Date(to).toISOString(),
    step_s: STEP_S,
    derive: "last",
  });
}

function linesOf(answer: SeriesAnswer | undefined, name: string): ChartSeries[] {
  return (answer?.series ?? [])
    .filter(({ labels }) => labels.device !== "lo")
    .map(({ labels, points }) => ({
      name: [labels.device, name].filter(Boolean).join(" "),
      points,
    }));
}

function HourChart(props: {
  title: string;
  unit: Unit;
  resource_id: string;
  one: Wanted;
  high?: number;
}) {
  const { one } = props;
  const read = useHour(props.resource_id, one.metric);
  const series = useMemo(() => linesOf(read.value, one.name), [read.value, one.name]);
  return (
    <TimeChart
      title={props.title}
      unit={props.unit}
      series={series}
      loading={read.loading}
      problem={read.problem}
      onRetry={read.reload}
      height={HEIGHT_PX}
      low={0}
      high={props.high}
      sync="home"
    />
  );
}

function NetworkChart(props: { resource_id: string }) {
  const said = useWords(words);
  const inward = useHour(props.resource_id, "mainstay_network_receive_bytes_per_second");
  const outward = useHour(props.resource_id, "mainstay_network_transmit_bytes_per_second");
  const series = useMemo(
    () => [...linesOf(inward.value, said.received), ...linesOf(outward.value, said.sent)],
    [inward.value, outward.value, said],
  );
  return (
    <TimeChart
      title={said.chart_network}
      unit="bytes_per_s"
      series={series}
      loading={inward.loading || outward.loading}
      problem={inward.problem ?? outward.problem}
      onRetry={() => {
        inward.reload();
        outward.reload();
      }}
      height={HEIGHT_PX}
      low={0}
      sync="home"
    />
  );
}

/** Processor, memory and network of one machine over the last hour, kept up to date. */
export function MachineCharts(props: { resource_id: string }) {
  const said = useWords(words);
  const { resource_id } = props;
  return (
    <div className="kit-grid home-charts">
      <HourChart
        title={said.chart_cpu}
        unit="ratio"
        high={1}
        resource_id={resource_id}
        one={{ metric: "mainstay_cpu_used_ratio", name: said.processor }}
      />
      <HourChart
        title={said.chart_memory}
        unit="ratio"
        high={1}
        resource_id={resource_id}
        one={{ metric: "mainstay_memory_used_ratio", name: said.memory }}
      />
      <NetworkChart resource_id={resource_id} />
    </div>
  );
}
