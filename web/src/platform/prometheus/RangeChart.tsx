import { DownloadOutlined } from "@ant-design/icons";
import { Button, Checkbox, Empty, Skeleton, Space, Table } from "antd";
import type { TableColumnType } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { download, toCsv } from "../../kit/csv";
import { useLanguage, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import type { Said } from "../../kit/say";
import { useShadeNow } from "../../kit/ShadeContext";
import { FITTED } from "../../kit/table";
import { SERIES_COLOURS } from "../../kit/theme";
import { columnsOf, momentsOf, summaryOf } from "./columns";
import type { Column, Summary } from "./columns";
import { formatSample } from "./sampleFormat";
import type { Frame } from "./spans";
import { seriesName } from "./wire";
import type { MatrixItem } from "./wire";
import { words } from "./words";

const RangePlot = lazy(() => import("./RangePlot"));
/** So many series are drawn at most: more lines are a blot. */
const DRAWN_MAX = 1000;
const VIRTUAL_FROM = 60;
const LEGEND_HEIGHT_PX = 320;
const LEGEND_WIDTH_PX = 1020;

interface Row {
  key: number;
  name: string;
  colour: string;
  column: Column;
}

const SUMMARIES = ["last", "low", "high", "mean"] as const satisfies (keyof Summary)[];

/** Which series are left out of the drawing. */
type Hidden = ReadonlySet<number>;

function without(hidden: Hidden, key: number, show: boolean): Hidden {
  const next = new Set(hidden);
  if (show) next.delete(key);
  else next.add(key);
  return next;
}

function legendColumns(
  said: Said<typeof words>,
  shown: (value: number | null) => string,
  hidden: Hidden,
  onHide: (hidden: Hidden) => void,
): TableColumnType<Row>[] {
  const tick: TableColumnType<Row> = {
    key: "tick",
    title: said.shown,
    width: 72,
    render: (_, { key, name }) => (
      <Checkbox
        aria-label={name}
        checked={!hidden.has(key)}
        onChange={({ target }) => onHide(without(hidden, key, target.checked))}
      />
    ),
  };
  const figures = SUMMARIES.map((key): TableColumnType<Row> => ({
    key,
    title: said[key],
    // Wide enough for the longest figure that is not written with an exponent.
    width: 140,
    align: "right",
    render: (_, { column }) => <span className="kit-figure">{shown(summaryOf(column)[key])}</span>,
  }));
  const name: TableColumnType<Row> = {
    key: "name",
    title: said.labels,
    render: (_, row) => (
      <span className="explore-series">
        <span className="explore-swatch" style={{ background: row.colour }} aria-hidden />
        <code>{row.name}</code>
      </span>
    ),
  };
  return [tick, name, ...figures];
}

/** The series with their figures; what is not ticked is not drawn. */
function Legend(props: {
  label: string;
  rows: Row[];
  hidden: Hidden;
  onHide: (hidden: Hidden) => void;
}) {
  const { rows, hidden, onHide } = props;
  const said = useWords(words);
  const language = useLanguage();
  const columns = useMemo(
    () => legendColumns(said, (value) => formatSample(value, language), hidden, onHide),
    [said, language, hidden, onHide],
  );
  const virtual = rows.length >= VIRTUAL_FROM;
  return (
    <section aria-label={props.label}>
      <Table<Row>
        size="small"
        columns={columns}
        dataSource={rows}
        rowKey="key"
        pagination={false}
        virtual={virtual}
        scroll={virtual ? { x: LEGEND_WIDTH_PX, y: LEGEND_HEIGHT_PX } : FITTED}
      />
    </section>
  );
}

function exportCsv(title: string, time: string, times_s: number[], rows: Row[]): void {
  const lines = times_s.map((at_s, at) => [
    new Date(at_s * 1000).toISOString(),
    ...rows.map(({ column }) => column[at]),
  ]);
  download(`${title}.csv`, toCsv([time, ...rows.map(({ name }) => name)], lines));
}

/** Series over a range: drawn, with a legend that can be read as a table, and exported. */
export function RangeChart(props: {
  title: string;
  legend: string;
  matrix: MatrixItem[];
  frame: Frame;
  onZoom: (from_s: number, to_s: number) => void;
}) {
  const { matrix, frame } = props;
  const said = useWords(words);
  const language = useLanguage();
  const shade = useShadeNow();
  const [hidden, setHidden] = useState<Hidden>(new Set());
  const times_s = useMemo(() => momentsOf(frame), [frame]);
  const rows = useMemo(() => {
    const drawn = matrix.filter(({ values = [] }) => values.length > 0).slice(0, DRAWN_MAX);
    const columns = columnsOf(drawn, frame);
    const colours = SERIES_COLOURS[shade];
    return drawn.map(({ metric }, key): Row => ({
      key,
      name: seriesName(metric),
      colour: colours[key % colours.length] ?? "",
      column: columns[key] ?? [],
    }));
  }, [matrix, frame, shade]);
  const columns = useMemo(() => rows.map(({ column }) => column), [rows]);
  const names = useMemo(() => rows.map(({ name }) => name), [rows]);
  if (rows.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.no_result} />;
  }
  const { onZoom } = props;
  return (
    <figure className="kit-chart" aria-label={props.title}>
      <Suspense fallback={<Skeleton.Node active className="explore-waiting" />}>
        <RangePlot {...{ times_s, columns, names, hidden, language, shade, onZoom }} />
      </Suspense>
      <figcaption className="kit-chart-head">
        <span className="kit-quiet">
          {matrix.length > DRAWN_MAX
            ? fill(said.drawn_of, { shown: DRAWN_MAX, all: matrix.length })
            : said.chart_zoom}
        </span>
        <Space wrap>
          <Button size="small" onClick={() => setHidden(new Set())}>
            {said.show_all}
          </Button>
          <Button size="small" onClick={() => setHidden(new Set(rows.map(({ key }) => key)))}>
            {said.hide_all}
          </Button>
          <Button
            size="small"
            icon={<DownloadOutlined />}
            aria-label={`${said.export_csv}: ${props.title}`}
            onClick={() => exportCsv(props.title, said.moment, times_s, rows)}
          >
            {said.export_csv}
          </Button>
        </Space>
      </figcaption>
      <Legend label={props.legend} rows={rows} hidden={hidden} onHide={setHidden} />
    </figure>
  );
}
