import type { ReactNode } from "react";

export type Level = "plain" | "warning" | "critical";

/** One figure of a host at a glance: its name, its value, a bar where it is a share. */
export function Tile(props: {
  title: string;
  value: ReactNode;
  about?: ReactNode;
  /** 0..1: drawn as a bar. */
  ratio?: number | null;
  level?: Level;
}) {
  const { ratio, level = "plain" } = props;
  const width = Math.min(100, Math.max(0, (ratio ?? 0) * 100));
  return (
    <div className={`host-tile host-tile-${level}`}>
      <dt>{props.title}</dt>
      <dd>
        <span className="host-tile-value">{props.value}</span>
        {ratio === null || ratio === undefined ? null : (
          <span className="host-tile-bar" aria-hidden>
            <i style={{ width: `${width}%` }} />
          </span>
        )}
        {props.about ? <span className="host-tile-about">{props.about}</span> : null}
      </dd>
    </div>
  );
}
