import { boundsOf } from "./align";
import type { Point } from "./align";

const WIDTH = 120;
const HEIGHT = 28;

function pathsOf(points: Point[], low: number, high: number): string {
  const first = points[0]?.[0] ?? 0;
  const span_ms = (points.at(-1)?.[0] ?? first) - first || 1;
  const height = high - low || 1;
  let pen = "M";
  let path = "";
  for (const [at, value] of points) {
    if (value === null) {
      pen = "M";
      continue;
    }
    const x = ((at - first) / span_ms) * WIDTH;
    const y = HEIGHT - 2 - ((value - low) / height) * (HEIGHT - 4);
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  }
  return path;
}

/** A small line without axes, for tables and cards; gaps stay gaps. `label` says what it shows. */
export function Sparkline(props: { points: Point[]; label: string; low?: number; high?: number }) {
  const bounds = boundsOf(props.points);
  return (
    <svg
      className="kit-spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={props.label}
    >
      {bounds ? (
        <path d={pathsOf(props.points, props.low ?? bounds.low, props.high ?? bounds.high)} />
      ) : null}
    </svg>
  );
}
