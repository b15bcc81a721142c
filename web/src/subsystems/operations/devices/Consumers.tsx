import type { Glance } from "../../../api/contract";
import { Card } from "../../../kit/Card";
import { formatBytes, formatFigure } from "../../../kit/format";
import { useLanguage, useWords } from "../../../kit/language";
import { words } from "./words";

interface Row {
  name: string;
  value: string;
  /** 0..1 of the largest. */
  share: number;
}

function Ranking(props: { title: string; name: string; value: string; rows: Row[] }) {
  const said = useWords(words);
  return (
    <Card title={props.title}>
      {props.rows.length === 0 ? <p className="kit-quiet">{said.nothing}</p> : null}
      {props.rows.length === 0 ? null : (
        <table className="host-ranking">
          <thead>
            <tr>
              <th scope="col">{props.name}</th>
              <th scope="col">{props.value}</th>
            </tr>
          </thead>
          <tbody>
            {props.rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">
                  <span>{row.name}</span>
                  <span className="host-tile-bar" aria-hidden>
                    <i style={{ width: `${row.share * 100}%` }} />
                  </span>
                </th>
                <td className="kit-figure">{row.value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

/** The programs that use most of the machine now, and its file systems. */
export function Consumers(props: { glance: Glance }) {
  const { top_cpu, top_memory, file_systems } = props.glance;
  const said = useWords(words);
  const language = useLanguage();
  const cpu_max = Math.max(...top_cpu.map((one) => one.ratio), 0.001);
  const memory_max = Math.max(...top_memory.map((one) => one.bytes), 1);
  return (
    <div className="kit-grid">
      <Ranking
        title={said.top_cpu}
        name={said.group}
        value={said.share}
        rows={top_cpu.map((one) => ({
          name: one.group,
          value: formatFigure(one.ratio, "ratio", language),
          share: one.ratio / cpu_max,
        }))}
      />
      <Ranking
        title={said.top_memory}
        name={said.group}
        value={said.resident}
        rows={top_memory.map((one) => ({
          name: one.group,
          value: formatBytes(one.bytes, language),
          share: one.bytes / memory_max,
        }))}
      />
      <Ranking
        title={said.file_systems}
        name={said.mountpoint}
        value={said.used}
        rows={file_systems.map((one) => ({
          name: `${one.mountpoint} · ${one.fstype}${one.readonly ? ` · ${said.readonly}` : ""}`,
          value: `${formatFigure(one.used_ratio, "ratio", language)} / ${formatBytes(one.size_bytes, language)}`,
          share: one.used_ratio,
        }))}
      />
    </div>
  );
}
