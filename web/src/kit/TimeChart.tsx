import { Button, Empty, Skeleton, Table } from "antd";
import { DownloadOutlined, LineChartOutlined, TableOutlined } from "@ant-design/icons";
import { lazy, Suspense, useState } from "react";
import { align } from "./align";
import type { Point } from "./align";
import { download, toCsv } from "./csv";
import { ErrorPanel } from "./ErrorPanel";
import { formatExact, formatFigure } from "./format";
import type { Unit } from "./format";
import { useLanguage, useWords } from "./language";
import { useShadeNow } from "./ShadeContext";
import { words } from "./words";

const Plot = lazy(() => import("./Plot"));
const TABLE_HEIGHT_PX = 260;

export interface ChartSeries {
  name: string;
  points: Point[];
}

export interface TimeChartProps {
  title: string;
  series: ChartSeries[];
  unit: Unit;
  loading?: boolean;
  problem?: unknown;
  onRetry?: () => void;
  height?: number;
  /** Fixed ends of the value axis, for example 0 and 1 of a ratio. */
  low?: number;
  high?: number;
  /** Charts with the same name share their cursor. */
  sync?: string;
}

function ChartTable(props: TimeChartProps) {
  const language = useLanguage();
  const said = useWords(words);
  const [times, ...values] = align(props.series.map((one) => one.points));
  const rows = times.map((at_s, row) => ({ at_s, row })).toReversed();
  const columns = [
    {
      key: "at",
      title: said.time,
      width: 210,
      render: (_: unknown, { at_s }: { at_s: number }) => formatExact(at_s * 1000, language),
    },
    ...props.series.map((one, index) => ({
      key: `${index}`,
      title: one.name,
      width: 130,
      align: "right" as const,
      render: (_: unknown, { row }: { row: number }) =>
        formatFigure(values[index]?.[row], props.unit, language),
    })),
  ];
  return (
    <Table
      size="small"
      virtual
      columns={columns}
      dataSource={rows}
      rowKey="at_s"
      pagination={false}
      scroll={{ x: 210 + 130 * props.series.length, y: props.height ?? TABLE_HEIGHT_PX }}
    />
  );
}

function exportCsv(props: TimeChartProps, time: string): void {
  const [times, ...values] = align(props.series.map((one) => one.points));
  const head = [time, ...props.series.map((one) => `${one.name} [${props.unit}]`)];
  const rows = times.map((at_s, row) => [
    new Date(at_s * 1000).toISOString(),
    ...values.map((column) => column[row]),
  ]);
  download(`${props.title}.csv`, toCsv(head, rows));
}

function ChartBody(props: TimeChartProps & { table: boolean }) {
  const language = useLanguage();
  const shade = useShadeNow();
  const said = useWords(words);
  const height = props.height ?? 220;
  const waiting = <Skeleton.Node active style={{ width: "100%", height }} />;
  if (props.problem) return <ErrorPanel problem={props.problem} onRetry={props.onRetry} />;
  if (props.loading) return waiting;
  if (!props.series.some((one) => one.points.some(([, value]) => value !== null))) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.no_data} />;
  }
  if (props.table) return <ChartTable {...props} />;
  const { series, unit, low, high, sync } = props;
  return (
    <Suspense fallback={waiting}>
      <Plot {...{ series, unit, low, high, sync, language, shade, height }} />
    </Suspense>
  );
}

/** Series over time: a chart that can be read as a table and exported. */
export function TimeChart(props: TimeChartProps) {
  const said = useWords(words);
  const [table, setTable] = useState(false);
  const swap = table ? said.as_chart : said.as_table;
  return (
    <figure className="kit-chart" aria-label={props.title}>
      <figcaption className="kit-chart-head">
        <strong>{props.title}</strong>
        <span>
          <Button
            type="text"
            size="small"
            icon={table ? <LineChartOutlined /> : <TableOutlined />}
            aria-label={`${swap}: ${props.title}`}
            title={swap}
            aria-pressed={table}
            onClick={() => setTable(!table)}
          />
          <Button
            type="text"
            size="small"
            icon={<DownloadOutlined />}
            aria-label={`${said.export_csv}: ${props.title}`}
            title={said.export_csv}
            onClick={() => exportCsv(props, said.time)}
          />
        </span>
      </figcaption>
      <ChartBody {...props} table={table} />
    </figure>
  );
}
