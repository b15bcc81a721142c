import { Button, Input, Modal, Table, Tag } from "antd";
import type { TableColumnType } from "antd";
import { useMemo, useState } from "react";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import type { Said } from "../../kit/say";
import { FITTED } from "../../kit/table";
import { metricsLike } from "./metrics";
import type { Metric } from "./metrics";
import { useMetrics } from "./useAnswer";
import { words } from "./words";

const SHOWN_MAX = 100;
const WIDTH_PX = 920;

function columnsOf(
  said: Said<typeof words>,
  onChoose: (metric: string) => void,
): TableColumnType<Metric>[] {
  return [
    {
      key: "name",
      title: said.metric,
      render: (_, { name }) => (
        <Button
          type="link"
          size="small"
          className="explore-metric"
          aria-label={fill(said.metric_use, { metric: name })}
          onClick={() => onChoose(name)}
        >
          <code>{name}</code>
        </Button>
      ),
    },
    {
      key: "type",
      title: said.metric_type,
      width: 110,
      render: (_, { type }) => (type ? <Tag>{type}</Tag> : null),
    },
    { key: "unit", title: said.metric_unit, width: 90, dataIndex: "unit" },
    { key: "help", title: said.metric_help, dataIndex: "help" },
  ];
}

/** Finds a metric by its name or what it means. */
export function MetricFinder(props: { onChoose: (metric: string) => void; onClose: () => void }) {
  const { onChoose, onClose } = props;
  const said = useWords(words);
  const metrics = useMetrics();
  const [sought, setSought] = useState("");
  const columns = useMemo(() => columnsOf(said, onChoose), [said, onChoose]);
  const all = metrics.value ?? [];
  const found = metricsLike(all, sought);
  const shown = found.slice(0, SHOWN_MAX);
  return (
    <Modal open title={said.find_metric} footer={null} width={WIDTH_PX} onCancel={onClose}>
      <Input
        type="search"
        allowClear
        autoFocus
        aria-label={said.metric_search}
        placeholder={said.metric_search}
        value={sought}
        onChange={(event) => setSought(event.target.value)}
        onPressEnter={() => {
          const [first] = shown;
          if (first && sought.trim() !== "") onChoose(first.name);
        }}
      />
      <p className="kit-quiet" aria-live="polite">
        {fill(said.metrics_shown, { shown: shown.length, all: all.length })}
      </p>
      <ErrorPanel problem={metrics.problem} onRetry={metrics.reload} />
      <section aria-label={said.metrics}>
        <Table<Metric>
          size="small"
          columns={columns}
          dataSource={shown}
          rowKey="name"
          loading={metrics.loading}
          pagination={false}
          {...(shown.length > 0 ? { scroll: FITTED } : {})}
          locale={{ emptyText: said.metric_none }}
        />
      </section>
    </Modal>
  );
}
