import { Progress, Skeleton } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { FileSystemGlance, Glance, HostView, ServerView } from "../../api/contract";
import { useItems, useOne } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { Figure } from "../../kit/Figure";
import { formatNumber } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { paths } from "../../paths";
import { MachineCharts } from "./MachineCharts";
import { useCan } from "../can";
import { words } from "./words";

const READ_EVERY_MS = 10_000;
const HIGH_RATIO = 0.9;

function Gauge(props: { name: string; ratio: number | null; about: ReactNode }) {
  const high = props.ratio !== null && props.ratio >= HIGH_RATIO;
  return (
    <div className="home-gauge">
      <div className="home-gauge-head">
        <span>{props.name}</span>
        <strong className={high ? "home-high" : ""}>
          {high ? "▲ " : ""}
          <Figure value={props.ratio} unit="ratio" />
        </strong>
      </div>
      <Progress
        percent={(props.ratio ?? 0) * 100}
        showInfo={false}
        size="small"
        status={high ? "exception" : "normal"}
        aria-label={props.name}
      />
      <div className="kit-quiet home-gauge-about">{props.about}</div>
    </div>
  );
}

function fullestOf(systems: FileSystemGlance[]): FileSystemGlance | undefined {
  return systems.toSorted((one, other) => other.used_ratio - one.used_ratio)[0];
}

function Gauges(props: { glance: Glance }) {
  const { glance } = props;
  const said = useWords(words);
  const language = useLanguage();
  const fullest = fullestOf(glance.file_systems);
  const load = glance.load?.map((one) => formatNumber(one, language)).join("  ") ?? "–";
  return (
    <>
      <div className="home-gauges">
        <Gauge
          name={said.processor}
          ratio={glance.cpu_used_ratio}
          about={fill(said.cores, { n: glance.cpu_cores })}
        />
        <Gauge
          name={said.memory}
          ratio={glance.memory_used_ratio}
          about={<Figure value={glance.memory_total_bytes} unit="bytes" />}
        />
        {fullest ? (
          <Gauge
            name={said.fullest}
            ratio={fullest.used_ratio}
            about={
              <>
                {fullest.mountpoint} · <Figure value={fullest.size_bytes} unit="bytes" />
              </>
            }
          />
        ) : null}
      </div>
      <dl className="home-figures">
        <div>
          <dt>{said.load}</dt>
          <dd className="kit-figure">{load}</dd>
        </div>
        <div>
          <dt>{said.uptime}</dt>
          <dd>
            <Figure value={glance.uptime_s} unit="seconds" />
          </dd>
        </div>
        <div>
          <dt>{said.processes}</dt>
          <dd>
            <Figure value={glance.processes.total} unit="count" />
          </dd>
        </div>
        {glance.units_failed.length > 0 ? (
          <div>
            <dt>{said.units_failed}</dt>
            <dd className="home-high">{glance.units_failed.join(", ")}</dd>
          </div>
        ) : null}
      </dl>
    </>
  );
}

/**
 * The machine the server runs on, at a glance and over the last hour. Who does not see that one
 * sees the first of theirs; without any there is no card.
 */
export function MachineCard() {
  const said = useWords(words);
  const can = useCan();
  const runs = can("server.read") === null;
  const charts = can("series.read") === null;
  const server = useOne<ServerView>(runs ? "/server" : null);
  const hosts = useItems<HostView>("/hosts", {}, { every_ms: READ_EVERY_MS });
  const own = server.value?.host_resource_id;
  const host = hosts.items.find((one) => one.resource_id === own) ?? hosts.items[0];
  if (!host) {
    if (!runs && !hosts.problem) return null;
    return (
      <Card title={said.this_machine}>
        <ErrorPanel problem={hosts.problem} onRetry={hosts.reload} />
        {hosts.loading ? <Skeleton active title={false} /> : null}
        {hosts.loading || hosts.problem ? null : <p className="kit-quiet">{said.no_machine}</p>}
      </Card>
    );
  }
  const title = host.resource_id === own ? said.machine : said.host;
  return (
    <Card
      title={fill(title, { name: host.name })}
      extra={<Link to={paths.resource(host.resource_id)}>{said.details}</Link>}
    >
      <ErrorPanel problem={hosts.problem} onRetry={hosts.reload} />
      {host.glance ? (
        <Gauges glance={host.glance} />
      ) : (
        <p className="kit-quiet">{said.no_machine}</p>
      )}
      {charts ? <MachineCharts resource_id={host.resource_id} /> : null}
    </Card>
  );
}
