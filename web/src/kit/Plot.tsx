import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { align, BYTE_STEPS } from "./align";
import type { ChartSeries } from "./TimeChart";
import { formatExact, formatFigure } from "./format";
import type { Unit } from "./format";
import type { Language } from "../api/contract";
import { say } from "./say";
import { SERIES_COLOURS } from "./theme";
import type { Shade } from "./theme";
import { words } from "./words";

const AXIS: Record<Shade, { text: string; grid: string }> = {
  light: { text: "#55646c", grid: "#e3e8ea" },
  dark: { text: "#a3b3bb", grid: "#27333a" },
};
const AXIS_WIDTH_PX = 78;

interface PlotProps {
  series: ChartSeries[];
  unit: Unit;
  language: Language;
  shade: Shade;
  height: number;
  low?: number;
  high?: number;
  sync?: string;
}

/** The drawn value range: from the given or zero floor to a little above the largest value. */
function rangeOf(props: PlotProps, min: number | null, max: number | null): [number, number] {
  const low = props.low ?? Math.min(0, min ?? 0);
  const top = props.high ?? (max ?? 0) * 1.08;
  return [low, top > low ? top : low + 1];
}

/** Clock times; at midnight the date. */
function marksOf(language: Language, splits: number[], step_s: number): string[] {
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const clock = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    ...(step_s < 60 ? { second: "2-digit" as const } : {}),
  });
  const day = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric" });
  return splits.map((at_s) => {
    const at = new Date(at_s * 1000);
    const midnight = at.getHours() === 0 && at.getMinutes() === 0;
    return step_s >= 86_400 || midnight ? day.format(at) : clock.format(at);
  });
}

function optionsOf(props: PlotProps, width: number): uPlot.Options {
  const { language, unit, shade } = props;
  const { text, grid } = AXIS[shade];
  const colours = SERIES_COLOURS[shade];
  const bytes = unit.startsWith("bytes");
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  return {
    width,
    height: props.height,
    // At the right there is room for half of the last mark.
    padding: [10, 20, 0, 0],
    cursor: {
      points: { size: 6 },
      drag: { x: true, y: false },
      ...(props.sync ? { sync: { key: props.sync } } : {}),
    },
    legend: { live: true },
    scales: { y: { range: (_plot, min, max) => rangeOf(props, min, max) } },
    axes: [
      {
        ...axis,
        size: 30,
        values: (_plot, splits, _i, _space, step) => marksOf(language, splits, step),
      },
      {
        ...axis,
        size: AXIS_WIDTH_PX,
        ...(bytes ? { incrs: BYTE_STEPS } : {}),
        values: (_plot, splits) => splits.map((value) => formatFigure(value, unit, language)),
      },
    ],
    series: [
      {
        label: say(words, language).time,
        value: (_plot, at_s) => (at_s === null ? "–" : formatExact(at_s * 1000, language)),
      },
      ...props.series.map((one, index) => ({
        label: one.name,
        stroke: colours[index % colours.length],
        width: 1.6,
        points: { show: false },
        ...(props.series.length === 1 ? { fill: `${colours[0]}1f` } : {}),
        value: (_plot: uPlot, value: number | null) => formatFigure(value, unit, language),
      })),
    ],
  };
}

/** Draws series over time. Made anew when its look changes; new points only replace the old. */
export default function Plot(props: PlotProps) {
  const look = JSON.stringify([{ ...props, series: props.series.map((one) => one.name) }]);
  return <Drawing key={look} {...props} />;
}

/** One drawing, from its first to its last point. */
function Drawing(props: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  // What the drawing begins with: read once, not at every new point.
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  // uPlot owns a canvas: it is made, resized and destroyed beside React.
  useEffect(() => {
    const holder = place.current;
    if (!holder) return undefined;
    const drawn = new uPlot(
      optionsOf(latest.current, holder.clientWidth || 400),
      align(latest.current.series.map((one) => one.points)),
      holder,
    );
    plot.current = drawn;
    const observer = new ResizeObserver(() => {
      drawn.setSize({ width: holder.clientWidth, height: latest.current.height });
    });
    observer.observe(holder);
    return () => {
      observer.disconnect();
      drawn.destroy();
      plot.current = null;
    };
  }, []);

  useEffect(() => {
    plot.current?.setData(align(props.series.map((one) => one.points)));
  }, [props.series]);

  return <div ref={place} className="kit-plot" />;
}
