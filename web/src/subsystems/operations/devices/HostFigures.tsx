import { Skeleton } from "antd";
import type { HostView, ResourceView } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { TimeAgo } from "../../../kit/TimeAgo";
import { PeriodPicker, usePeriod } from "../../../platform/probe/PeriodPicker";
import { HOST_CHARTS } from "./charts";
import { Consumers } from "./Consumers";
import { GlanceTiles } from "./GlanceTiles";
import { HostChart } from "./HostChart";
import { words } from "./words";
import "./devices.css";

const GLANCE_EVERY_MS = 10_000;

/** The live figures of a host: tiles, charts over a period, and who uses most of it. */
export default function HostFigures(props: { resource: ResourceView }) {
  const { id } = props.resource;
  const said = useWords(words);
  const [period] = usePeriod();
  // The watched hosts are few; which are among them is not known of a resource.
  const hosts = useItems<HostView>("/hosts", {}, { every_ms: GLANCE_EVERY_MS });
  const host = hosts.items.find((one) => one.resource_id === id);
  if (!host && !hosts.loading && !hosts.problem) {
    return (
      <Card title={said.live}>
        <p className="kit-quiet">{said.not_watched}</p>
      </Card>
    );
  }
  if (hosts.loading) return <Skeleton active className="kit-card" />;
  const glance = host?.glance ?? null;
  return (
    <section className="host-figures" aria-label={said.live}>
      <ErrorPanel problem={hosts.problem} onRetry={hosts.reload} />
      <Card
        title={said.live}
        extra={
          glance ? (
            <span className="kit-quiet">
              {said.read_at} <TimeAgo at={glance.at} />
            </span>
          ) : null
        }
      >
        {glance ? <GlanceTiles glance={glance} /> : <p className="kit-quiet">{said.not_read}</p>}
      </Card>
      <div className="host-charts-head">
        <h2 className="kit-card-title">{said.charts}</h2>
        <PeriodPicker />
      </div>
      <div className="host-charts">
        {HOST_CHARTS.map((chart) => (
          <HostChart key={chart.title} chart={chart} host={id} period={period} />
        ))}
      </div>
      {glance ? <Consumers glance={glance} /> : null}
    </section>
  );
}
