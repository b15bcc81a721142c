import type { Glance, Language } from "../../../api/contract";
import { formatBytes, formatFigure, formatNumber } from "../../../kit/format";
import { useLanguage, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import type { Said } from "../../../kit/say";
import { Tile } from "./Tile";
import type { Level } from "./Tile";
import { words } from "./words";

interface PartProps {
  glance: Glance;
  said: Said<typeof words>;
  language: Language;
}

/** Where a share becomes remarkable; the rules decide when it is an alert. */
function levelOf(ratio: number | null, warning: number, critical: number): Level {
  if (ratio === null || ratio < warning) return "plain";
  return ratio < critical ? "warning" : "critical";
}

function Share(props: { title: string; ratio: number | null; about: string; full?: boolean }) {
  const language = useLanguage();
  const { ratio, full } = props;
  return (
    <Tile
      title={props.title}
      value={formatFigure(ratio, "ratio", language)}
      ratio={ratio}
      about={props.about}
      level={full ? levelOf(ratio, 0.85, 0.95) : levelOf(ratio, 0.9, 0.98)}
    />
  );
}

function Machine({ glance, said, language }: PartProps) {
  const total = (bytes: number | null) =>
    bytes === null ? "" : fill(said.of_total, { total: formatBytes(bytes, language) });
  const swap = (glance.swap_total_bytes ?? 0) > 0;
  const [one = 0, ...others] = glance.load ?? [];
  return (
    <>
      <Share
        title={said.cpu}
        ratio={glance.cpu_used_ratio}
        about={fill(said.cores, { n: glance.cpu_cores })}
      />
      <Tile
        title={said.load}
        value={
          <>
            {formatNumber(one, language)}
            <small> {others.map((load) => formatNumber(load, language)).join(" · ")}</small>
          </>
        }
        about={said.load_about}
        level={levelOf(one / Math.max(1, glance.cpu_cores), 1.5, 3)}
      />
      <Share
        title={said.memory}
        ratio={glance.memory_used_ratio}
        about={total(glance.memory_total_bytes)}
      />
      <Share
        title={said.swap}
        ratio={swap ? glance.swap_used_ratio : null}
        about={swap ? total(glance.swap_total_bytes) : said.no_swap}
      />
    </>
  );
}

function Storage({ glance, said, language }: PartProps) {
  const fullest = glance.file_systems.toSorted((a, b) => b.used_ratio - a.used_ratio)[0];
  const busiest = glance.disks.toSorted(
    (a, b) => (b.utilisation_ratio ?? 0) - (a.utilisation_ratio ?? 0),
  )[0];
  const nets = glance.interfaces.filter((one) => one.device !== "lo");
  const receive = nets.reduce((sum, one) => sum + (one.receive_bytes_per_s ?? 0), 0);
  const transmit = nets.reduce((sum, one) => sum + (one.transmit_bytes_per_s ?? 0), 0);
  const latency = formatFigure(busiest?.latency_s, "seconds", language);
  return (
    <>
      {fullest ? (
        <Share
          full
          title={said.fullest}
          ratio={fullest.used_ratio}
          about={`${fullest.mountpoint} · ${formatBytes(fullest.size_bytes, language)}`}
        />
      ) : null}
      {busiest ? (
        <Share
          title={said.disk}
          ratio={busiest.utilisation_ratio}
          about={`${busiest.device} · ${fill(said.latency, { latency })}`}
        />
      ) : null}
      <Tile
        title={said.network}
        value={
          <small className="host-tile-pair">
            <span>↓ {formatFigure(receive, "bytes_per_s", language)}</span>
            <span>↑ {formatFigure(transmit, "bytes_per_s", language)}</span>
          </small>
        }
      />
    </>
  );
}

function Work({ glance, said, language }: PartProps) {
  const { processes, sockets, pressure, units_failed } = glance;
  const number = (value: number | null) =>
    value === null ? "–" : formatNumber(value, language, 0);
  const shares = [pressure.cpu, pressure.memory, pressure.io];
  return (
    <>
      <Tile
        title={said.pressure}
        value={
          <small>{shares.map((one) => formatFigure(one, "ratio", language)).join(" · ")}</small>
        }
        about={said.pressure_about}
      />
      <Tile
        title={said.processes}
        value={number(processes.total)}
        about={fill(said.processes_about, {
          running: number(processes.running),
          blocked: number(processes.blocked),
          zombie: number(processes.zombie),
        })}
      />
      <Tile
        title={said.sockets}
        value={number(sockets.established)}
        about={fill(said.sockets_about, {
          listen: number(sockets.listen),
          time_wait: number(sockets.time_wait),
        })}
      />
      <Tile
        title={said.units}
        value={number(units_failed.length)}
        about={units_failed.length > 0 ? units_failed.join(", ") : said.units_none}
        level={units_failed.length > 0 ? "warning" : "plain"}
      />
      <Tile
        title={said.uptime}
        value={formatFigure(glance.uptime_s, "seconds", language)}
        about={
          glance.users_logged_in === null
            ? undefined
            : fill(said.users, { n: number(glance.users_logged_in) })
        }
      />
      {glance.temperature_celsius === null ? null : (
        <Tile
          title={said.temperature}
          value={formatFigure(glance.temperature_celsius, "celsius", language)}
        />
      )}
      {glance.clock_offset_s === null ? null : (
        <Tile
          title={said.clock}
          value={formatFigure(glance.clock_offset_s, "seconds", language)}
        />
      )}
    </>
  );
}

/** What a host is doing now, in figures that are read at a glance. */
export function GlanceTiles(props: { glance: Glance }) {
  const said = useWords(words);
  const language = useLanguage();
  const part = { glance: props.glance, said, language };
  return (
    <dl className="host-tiles">
      <Machine {...part} />
      <Storage {...part} />
      <Work {...part} />
    </dl>
  );
}
