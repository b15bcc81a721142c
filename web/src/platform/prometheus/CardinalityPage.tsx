import { LineChartOutlined } from "@ant-design/icons";
import { Button, Select, Tag } from "antd";
import { useMemo } from "react";
import type { Labels } from "../../api/contract";
import { formatNumber } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { LinkButton } from "../../kit/LinkButton";
import { PageHeader } from "../../kit/PageHeader";
import { fill } from "../../kit/say";
import { SearchBox } from "../../kit/SearchBox";
import { useViewState } from "../../kit/viewState";
import { useNow } from "../../kit/TimeAgo";
import { paths } from "../../paths";
import { CountCard } from "./CountCard";
import { seriesByPair, valuesByLabel } from "./counts";
import type { Count, HeadView } from "./counts";
import { selectorOf } from "./selector";
import { useStatus } from "./useStatus";
import { words } from "./words";
import "./prometheus.css";

const VIEW = ["q", "metric", "limit"] as const;
const LIMITS = [10, 25, 100, 1000];
const LIMIT = 25;
/** Series that are looked at for the labels of one metric. */
const SERIES_MAX = 50_000;
/** How long a series without samples still counts, as the server has it. */
const LIVING_S = 7200;
const HOUR_S = 3600;

function like(counts: Count[], sought: string): Count[] {
  const wanted = sought.toLowerCase();
  return counts.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** What makes the series of one metric many. */
function OneMetric(props: { metric: string; shown: number }) {
  const { metric, shown } = props;
  const said = useWords(words);
  const language = useLanguage();
  // In whole hours, so that it is not asked anew all the time.
  const now_s = Math.floor(useNow() / 1000 / HOUR_S) * HOUR_S;
  const series = useStatus<Labels[]>("series", {
    "match[]": selectorOf(metric),
    start: now_s - LIVING_S,
    limit: SERIES_MAX,
  });
  const all = useMemo(() => series.value ?? [], [series.value]);
  const labels = useMemo(() => valuesByLabel(all), [all]);
  const pairs = useMemo(() => seriesByPair(all).slice(0, shown), [all, shown]);
  const count = formatNumber(all.length, language, 0);
  return (
    <>
      <div className="kit-filters">
        <span className="kit-quiet" aria-live="polite">
          {said.series_count}:{" "}
          {all.length < SERIES_MAX ? count : fill(said.more_than, { n: count })}
        </span>
        <LinkButton to={paths.explore({ q: selectorOf(metric) })} icon={<LineChartOutlined />}>
          {fill(said.explore_it, { name: metric })}
        </LinkButton>
      </div>
      <div className="kit-grid">
        <CountCard
          title={said.by_label}
          counted={said.values_count}
          counts={labels}
          read={series}
        />
        <CountCard
          title={said.by_pair}
          counted={said.series_count}
          counts={pairs}
          all={all.length}
          read={series}
        />
      </div>
    </>
  );
}

/** What makes the series of the whole store many. */
function AllMetrics(props: { sought: string; limit: number; onChoose: (metric: string) => void }) {
  const { sought, limit, onChoose } = props;
  const said = useWords(words);
  const head = useStatus<HeadView>("status/tsdb", { limit });
  const { value } = head;
  const all = value?.headStats.numSeries ?? 0;
  return (
    <div className="kit-grid">
      <CountCard
        title={said.by_metric}
        counted={said.series_count}
        counts={like(value?.seriesCountByMetricName ?? [], sought)}
        all={all}
        read={head}
        nameOf={({ name }) => (
          <Button
            type="link"
            size="small"
            className="explore-metric"
            onClick={() => onChoose(name)}
          >
            <code>{name}</code>
          </Button>
        )}
      />
      <CountCard
        title={said.by_pair}
        counted={said.series_count}
        counts={like(value?.seriesCountByLabelValuePair ?? [], sought)}
        all={all}
        read={head}
      />
      <CountCard
        title={said.by_label}
        counted={said.values_count}
        counts={like(value?.labelValueCountByLabelName ?? [], sought)}
        read={head}
      />
      <CountCard
        title={said.by_bytes}
        counted={said.bytes_count}
        unit="bytes"
        counts={like(value?.memoryInBytesByLabelName ?? [], sought)}
        read={head}
      />
    </div>
  );
}

/** Which metrics and labels make the series many. */
export default function CardinalityPage() {
  const said = useWords(words);
  const [view, setView] = useViewState(VIEW);
  const limit = LIMITS.find((one) => String(one) === view.limit) ?? LIMIT;
  return (
    <div className="cardinality-page">
      <PageHeader title={said.cardinality} about={said.cardinality_about} />
      <div className="kit-filters">
        <SearchBox label={said.filter_metric} value={view.q} onSearch={(q) => setView({ q })} />
        <Select
          aria-label={said.listed}
          className="explore-every"
          prefix={<span className="kit-quiet">{said.listed}</span>}
          value={limit}
          options={LIMITS.map((value) => ({ value, label: String(value) }))}
          onChange={(wanted) => setView({ limit: String(wanted) })}
        />
        {view.metric ? (
          <Tag closable onClose={() => setView({ metric: "" })}>
            {said.metric}: <code>{view.metric}</code>
          </Tag>
        ) : null}
      </div>
      {view.metric ? (
        <OneMetric metric={view.metric} shown={limit} />
      ) : (
        <AllMetrics
          sought={view.q}
          limit={limit}
          onChoose={(metric) => setView({ metric })}
        />
      )}
    </div>
  );
}
