import { DownloadOutlined } from "@ant-design/icons";
import { Button, Empty, Table } from "antd";
import type { TableColumnType } from "antd";
import { useMemo } from "react";
import { download, toCsv } from "../../kit/csv";
import { formatExact } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { FITTED } from "../../kit/table";
import { formatSample } from "./sampleFormat";
import { readNumber, seriesName } from "./wire";
import type { NativeHistogram, QueryData, SamplePair } from "./wire";
import { words } from "./words";

const VIRTUAL_FROM = 100;
const HEIGHT_PX = 480;
const WIDTH_PX = 900;
/** Of a range, so many of its newest points are written out. */
const POINTS_MAX = 12;

interface Row {
  key: number;
  name: string;
  /** As the server wrote it. */
  value: string;
  points: SamplePair[];
  histogram: NativeHistogram | null;
}

function rowsOf(data: QueryData): Row[] {
  const plain = { value: "", points: [], histogram: null };
  switch (data.resultType) {
    case "vector":
      return data.result.map(({ metric, value, histogram }, key) => ({
        ...plain,
        key,
        name: seriesName(metric),
        value: value?.[1] ?? "",
        histogram: histogram?.[1] ?? null,
      }));
    case "matrix":
      return data.result.map(({ metric, values = [], histograms = [] }, key) => ({
        ...plain,
        key,
        name: seriesName(metric),
        points: values,
        histogram: histograms.at(-1)?.[1] ?? null,
      }));
    case "scalar":
    case "string":
      return [{ ...plain, key: 0, name: data.resultType, value: data.result[1] }];
    default:
      return data satisfies never;
  }
}

function Histogram(props: { histogram: NativeHistogram }) {
  const said = useWords(words);
  const language = useLanguage();
  const [count, sum] = [readNumber(props.histogram.count), readNumber(props.histogram.sum)];
  return (
    <>
      {fill(said.histogram, {
        count: formatSample(count, language),
        sum: formatSample(sum, language),
        mean: formatSample(count > 0 ? sum / count : null, language),
      })}
      <ul className="explore-points">
        {(props.histogram.buckets ?? []).map(([inclusive, lower, upper, held]) => (
          <li key={`${lower} ${upper}`}>
            <code>
              {inclusive === 1 || inclusive === 3 ? "[" : "("}
              {lower}, {upper}
              {inclusive === 0 || inclusive === 3 ? "]" : ")"}
            </code>{" "}
            {held}
          </li>
        ))}
      </ul>
    </>
  );
}

function Points(props: { points: SamplePair[] }) {
  const said = useWords(words);
  const language = useLanguage();
  return (
    <>
      <span className="kit-quiet">{fill(said.points, { n: props.points.length })}</span>
      <ul className="explore-points">
        {props.points.slice(-POINTS_MAX).map(([at_s, value]) => (
          <li key={at_s}>
            <code>{value}</code> {formatExact(at_s * 1000, language)}
          </li>
        ))}
      </ul>
    </>
  );
}

function Value(props: { row: Row }) {
  const { points, histogram, value } = props.row;
  if (points.length > 0) return <Points points={points} />;
  if (histogram) return <Histogram histogram={histogram} />;
  return <code className="kit-figure">{value}</code>;
}

/** What a query gives at one moment, series by series. */
export function ResultTable(props: { title: string; data: QueryData }) {
  const { title, data } = props;
  const said = useWords(words);
  const rows = useMemo(() => rowsOf(data), [data]);
  const columns = useMemo(
    (): TableColumnType<Row>[] => [
      { key: "name", title: said.labels, render: (_, { name }) => <code>{name}</code> },
      {
        key: "value",
        title: said.value,
        width: 260,
        align: "right",
        sorter: (one, other) => readNumber(one.value) - readNumber(other.value),
        render: (_, row) => <Value row={row} />,
      },
    ],
    [said],
  );
  if (rows.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.no_result} />;
  }
  const virtual = rows.length >= VIRTUAL_FROM;
  const save = () => {
    const lines = rows.map(({ name, value, points }) => [name, value || points.at(-1)?.[1]]);
    download(`${title}.csv`, toCsv([said.labels, said.value], lines));
  };
  return (
    <section aria-label={title}>
      <Table<Row>
        size="small"
        columns={columns}
        dataSource={rows}
        rowKey="key"
        pagination={false}
        virtual={virtual}
        scroll={virtual ? { x: WIDTH_PX, y: HEIGHT_PX } : FITTED}
      />
      <Button
        size="small"
        className="explore-save"
        icon={<DownloadOutlined />}
        aria-label={`${said.export_csv}: ${title}`}
        onClick={save}
      >
        {said.export_csv}
      </Button>
    </section>
  );
}
