import { Alert, Skeleton } from "antd";
import { Card } from "../../kit/Card";
import { DescriptionList } from "../../kit/DescriptionList";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { Figure } from "../../kit/Figure";
import { formatBytes } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { PageHeader } from "../../kit/PageHeader";
import { fill } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import type { HeadView } from "./counts";
import { RetentionCard, type RetentionRuleView } from "./RetentionCard";
import { RollupCard, type RollupView } from "./RollupCard";
import { SeriesAdminCard } from "./SeriesAdminCard";
import { readSpan, timeOf } from "./spans";
import { useStatus } from "./useStatus";
import { words } from "./words";
import "./prometheus.css";

/** A part of a file that cannot be read. */
interface DamageView {
  file: string;
  offset: number;
  what: string;
}

/** What `status/runtimeinfo` answers. */
interface RuntimeView {
  startTime: string;
  corruptionCount: number;
  /** Such as `31d`. */
  storageRetention: string;
  answersKeptBytes: number;
  storage: {
    blocks: number;
    blockBytes: number;
    walBytes: number;
    tornBytes: number;
    pointsStored: number;
    pointsLive: number;
    seriesLive: number;
    seriesMax: number;
    memoryBytes: number;
    memoryBytesMax: number;
    retentionRules: RetentionRuleView[];
    /** Most bytes of all blocks; null: no limit. */
    retentionBytes: number | null;
    blockDays: number;
    rollups: RollupView[];
    /** Milliseconds since 1970; null when the store is empty. */
    oldestTime: number | null;
    newestTime: number | null;
    damages: DamageView[];
  };
}

/** The part of what memory may take from which on that is said. */
const MEMORY_NEAR = 0.9;

function Space(props: { runtime: RuntimeView }) {
  const { storage } = props.runtime;
  const said = useWords(words);
  const each = storage.pointsStored > 0 ? storage.blockBytes / storage.pointsStored : null;
  const rolled = storage.rollups.reduce((sum, { bytes }) => sum + bytes, 0);
  const all = storage.blockBytes + storage.walBytes + rolled;
  const items = [
    { key: "all", term: said.bytes_all, value: <Figure value={all} unit="bytes" /> },
    {
      key: "block_bytes",
      term: said.bytes_blocks,
      value: <Figure value={storage.blockBytes} unit="bytes" />,
    },
    {
      key: "rollups",
      term: said.bytes_rollups,
      value: <Figure value={rolled} unit="bytes" />,
    },
    {
      key: "wal",
      term: said.bytes_wal,
      value: <Figure value={storage.walBytes} unit="bytes" />,
    },
    { key: "blocks", term: said.blocks, value: <Figure value={storage.blocks} unit="count" /> },
    {
      key: "stored",
      term: said.samples_stored,
      value: <Figure value={storage.pointsStored} unit="count" />,
    },
    { key: "each", term: said.bytes_each, value: <Figure value={each} unit="count" /> },
  ];
  return (
    <Card title={said.space}>
      <DescriptionList columns={3} items={items} />
    </Card>
  );
}

function Memory(props: { runtime: RuntimeView; head: HeadView | undefined }) {
  const { runtime, head } = props;
  const said = useWords(words);
  const { seriesLive, seriesMax, pointsLive, memoryBytes, memoryBytesMax } = runtime.storage;
  const pairs = head?.headStats.numLabelPairs ?? null;
  const items = [
    { key: "series", term: said.series_live, value: <Figure value={seriesLive} unit="count" /> },
    { key: "samples", term: said.samples_live, value: <Figure value={pointsLive} unit="count" /> },
    { key: "most", term: said.series_max, value: <Figure value={seriesMax} unit="count" /> },
    { key: "bytes", term: said.memory_used, value: <Figure value={memoryBytes} unit="bytes" /> },
    { key: "bound", term: said.memory_max, value: <Figure value={memoryBytesMax} unit="bytes" /> },
    {
      key: "answers",
      term: said.answers_kept,
      value: <Figure value={runtime.answersKeptBytes} unit="bytes" />,
    },
    { key: "pairs", term: said.label_pairs, value: <Figure value={pairs} unit="count" /> },
    { key: "started", term: said.started, value: <TimeAgo at={runtime.startTime} /> },
  ];
  return (
    <Card title={said.in_memory}>
      <DescriptionList columns={3} items={items} />
      {memoryBytes > memoryBytesMax * MEMORY_NEAR || seriesLive > seriesMax * MEMORY_NEAR ? (
        <Alert type="warning" showIcon title={said.memory_near} />
      ) : null}
    </Card>
  );
}

function Span(props: { runtime: RuntimeView }) {
  const { storage, storageRetention } = props.runtime;
  const said = useWords(words);
  const { oldestTime, newestTime } = storage;
  const known = oldestTime !== null && newestTime !== null;
  const covered_s = known ? (newestTime - oldestTime) / 1000 : null;
  const kept_s = readSpan(storageRetention);
  const items = [
    { key: "oldest", term: said.oldest, value: <TimeAgo at={timeOf(oldestTime)} /> },
    { key: "newest", term: said.newest, value: <TimeAgo at={timeOf(newestTime)} /> },
    { key: "kept", term: said.retention, value: <Figure value={kept_s} unit="seconds" /> },
    { key: "covered", term: said.covered, value: <Figure value={covered_s} unit="seconds" /> },
  ];
  return (
    <Card title={said.span}>
      <DescriptionList columns={3} items={items} />
    </Card>
  );
}

function Damages(props: { runtime: RuntimeView }) {
  const { storage, corruptionCount } = props.runtime;
  const said = useWords(words);
  const language = useLanguage();
  return (
    <Card title={said.damages}>
      {corruptionCount === 0 ? (
        <StateTag state="ok" text={said.damages_none} />
      ) : (
        <Alert type="error" showIcon title={fill(said.damages_some, { n: corruptionCount })} />
      )}
      {storage.tornBytes > 0 ? (
        <p className="kit-quiet">
          {fill(said.torn, { bytes: formatBytes(storage.tornBytes, language) })}
        </p>
      ) : null}
      {storage.damages.length > 0 ? (
        <div className="kit-scroll">
          <table className="kit-diff">
            <thead>
              <tr>
                <th scope="col">{said.file}</th>
                <th scope="col">{said.offset}</th>
                <th scope="col">{said.what}</th>
              </tr>
            </thead>
            <tbody>
              {storage.damages.map(({ file, offset, what }) => (
                <tr key={`${file} ${offset}`}>
                  <td>{file}</td>
                  <td>{offset}</td>
                  <td>{what}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </Card>
  );
}

/** How the store of series stands: space, span of time, damage. */
export default function StoragePage() {
  const said = useWords(words);
  const runtime = useStatus<RuntimeView>("status/runtimeinfo");
  const head = useStatus<HeadView>("status/tsdb", { limit: 1 });
  const { value } = runtime;
  return (
    <div className="storage-page">
      <PageHeader title={said.storage} about={said.storage_about} />
      <ErrorPanel problem={runtime.problem} onRetry={runtime.reload} />
      <ErrorPanel problem={head.problem} onRetry={head.reload} />
      {value ? (
        <div className="storage-cards">
          <Space runtime={value} />
          <div className="kit-grid">
            <Span runtime={value} />
            <Memory runtime={value} head={head.value} />
          </div>
          <RetentionCard
            usual={value.storageRetention}
            rules={value.storage.retentionRules}
            bytesMax={value.storage.retentionBytes}
            blockDays={value.storage.blockDays}
          />
          <RollupCard rollups={value.storage.rollups} />
          <Damages runtime={value} />
          <SeriesAdminCard />
        </div>
      ) : null}
      {runtime.loading ? <Skeleton active paragraph={{ rows: 6 }} /> : null}
    </div>
  );
}
