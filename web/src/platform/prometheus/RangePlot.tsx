import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Language } from "../../api/contract";
import { formatExact } from "../../kit/format";
import { SERIES_COLOURS } from "../../kit/theme";
import type { Shade } from "../../kit/theme";
import type { Column } from "./columns";
import { drawDense } from "./denseLine";
import { clockMarks, formatMark, formatSample } from "./sampleFormat";

const AXIS: Record<Shade, { text: string; grid: string }> = {
  light: { text: "#55646c", grid: "#e3e8ea" },
  dark: { text: "#a3b3bb", grid: "#27333a" },
};
const HEIGHT_PX = 320;
const AXIS_WIDTH_PX = 66;
/** With more series no marks follow the pointer, each of which is an element of its own. */
const MARKED_MAX = 30;
/**
 * From so many points on lines are one pixel of the screen wide: without a graphics processor wider
 * ones take ten times as long to paint.
 */
const MANY = 50_000;

export interface RangePlotProps {
  times_s: number[];
  columns: Column[];
  names: string[];
  hidden: ReadonlySet<number>;
  language: Language;
  shade: Shade;
  onZoom: (from_s: number, to_s: number) => void;
}

/** The series that is drawn nearest to the pointer at its moment. */
function nearest(plot: uPlot): number | null {
  const { idx, top = 0 } = plot.cursor;
  if (idx === null || idx === undefined) return null;
  const wanted = plot.posToVal(top, "y");
  let [best, least]: [number | null, number] = [null, Infinity];
  for (let at = 1; at < plot.series.length; at += 1) {
    const value = plot.data[at]?.[idx];
    if (value === null || value === undefined || !plot.series[at]?.show) continue;
    const away = Math.abs(value - wanted);
    if (away < least) [best, least] = [at, away];
  }
  return best;
}

/** What is read under the pointer: written beside React, as it changes with every movement. */
function readout(plot: uPlot, { names, language }: RangePlotProps): string {
  const at = nearest(plot);
  const { idx } = plot.cursor;
  if (at === null || idx === null || idx === undefined) return "\u00a0";
  const at_s = plot.data[0]?.[idx] ?? 0;
  const value = formatSample(plot.data[at]?.[idx], language);
  return `${formatExact(at_s * 1000, language)} · ${value} · ${names[at - 1] ?? ""}`;
}

function isMany({ times_s, columns }: Pick<RangePlotProps, "times_s" | "columns">): boolean {
  return times_s.length * columns.length >= MANY;
}

/** Draws a series of which many points fall on one pixel. */
function densePaths(plot: uPlot, at: number, first: number, last: number): uPlot.Series.Paths {
  const stroke = new Path2D();
  const { left, top, width, height } = plot.bbox;
  const { x, y } = plot.scales;
  const [times, column] = [plot.data[0], plot.data[at]];
  drawDense(stroke, times, column ?? [], [first, last], {
    x: { min: x?.min ?? 0, max: x?.max ?? 1, from_px: left, length_px: width },
    y: { min: y?.min ?? 0, max: y?.max ?? 1, from_px: top + height, length_px: -height },
  });
  return { stroke };
}

function optionsOf(
  latest: { current: RangePlotProps },
  width: number,
  say: (text: string) => void,
): uPlot.Options {
  const { shade, language, columns, hidden } = latest.current;
  const { text, grid } = AXIS[shade];
  const colours = SERIES_COLOURS[shade];
  const line = isMany(latest.current)
    ? { width: 1 / (window.devicePixelRatio || 1), paths: densePaths }
    : { width: 1.4 };
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  return {
    width,
    height: HEIGHT_PX,
    padding: [10, 20, 0, 0],
    legend: { show: false },
    cursor: {
      points: { show: columns.length <= MARKED_MAX, size: 6 },
      // What is marked is asked for anew, with finer steps.
      drag: { x: true, y: false, setScale: false },
    },
    axes: [
      {
        ...axis,
        size: 30,
        values: (_plot, splits, _axis, _space, step_s) => clockMarks(splits, step_s, language),
      },
      {
        ...axis,
        size: AXIS_WIDTH_PX,
        values: (_plot, splits) => splits.map((value) => formatMark(value, language)),
      },
    ],
    series: [
      {},
      ...columns.map((_, at) => ({
        stroke: colours[at % colours.length],
        ...line,
        show: !hidden.has(at),
        ...(columns.length > MARKED_MAX ? { points: { show: false } } : {}),
      })),
    ],
    hooks: {
      setCursor: [(plot) => say(readout(plot, latest.current))],
      setSelect: [
        (plot) => {
          const { left, width: marked } = plot.select;
          if (marked < 4) return;
          const [from_s, to_s] = [plot.posToVal(left, "x"), plot.posToVal(left + marked, "x")];
          plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
          latest.current.onZoom(from_s, to_s);
        },
      ],
    },
  };
}

/** Draws series over a range. Made anew when there are more or fewer of them, or another look. */
export default function RangePlot(props: RangePlotProps) {
  const look = [props.columns.length, isMany(props), props.language, props.shade].join(" ");
  return <Drawing key={look} {...props} />;
}

function Drawing(props: RangePlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const said = useRef<HTMLParagraphElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  // uPlot owns a canvas: it is made, resized and destroyed beside React.
  useEffect(() => {
    const holder = place.current;
    if (!holder) return undefined;
    const say = (text: string) => {
      if (said.current) said.current.textContent = text;
    };
    const { times_s, columns } = latest.current;
    const options = optionsOf(latest, holder.clientWidth || 400, say);
    const drawn = new uPlot(options, [times_s, ...columns], holder);
    plot.current = drawn;
    const observer = new ResizeObserver(() => {
      drawn.setSize({ width: holder.clientWidth, height: HEIGHT_PX });
    });
    observer.observe(holder);
    return () => {
      observer.disconnect();
      drawn.destroy();
      plot.current = null;
    };
  }, []);

  useEffect(() => {
    plot.current?.setData([props.times_s, ...props.columns]);
  }, [props.times_s, props.columns]);

  useEffect(() => {
    const { current } = plot;
    current?.batch(() => {
      current.series.forEach((one, at) => {
        const show = !props.hidden.has(at - 1);
        if (at > 0 && one.show !== show) current.setSeries(at, { show });
      });
    });
  }, [props.hidden]);

  return (
    <>
      <div ref={place} className="kit-plot" />
      <p ref={said} className="explore-readout kit-quiet" aria-hidden>
        {"\u00a0"}
      </p>
    </>
  );
}
