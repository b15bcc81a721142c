import { DownloadOutlined, HeatMapOutlined, TableOutlined } from "@ant-design/icons";
import { Button, Empty, Table } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { download, toCsv } from "../../kit/csv";
import { formatExact } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { useShadeNow } from "../../kit/ShadeContext";
import { heatOf } from "./heat";
import type { Heat } from "./heat";
import { cellAt, drawHeat, HEAT_HEIGHT_PX } from "./heatDrawing";
import { formatSample } from "./sampleFormat";
import type { Frame } from "./spans";
import type { MatrixItem } from "./wire";
import { words } from "./words";

const TIME_WIDTH_PX = 210;
const CELL_WIDTH_PX = 110;

/** The canvas, drawn as wide as its place, and what is read under the pointer. */
function HeatCanvas(props: { title: string; heat: Heat }) {
  const { heat } = props;
  const said = useWords(words);
  const language = useLanguage();
  const shade = useShadeNow();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [under, setUnder] = useState<{ row: number; at: number } | null>(null);

  // A canvas is painted beside React, again when its place changes.
  useEffect(() => {
    const drawn = canvas.current;
    const holder = drawn?.parentElement;
    if (!drawn || !holder) return undefined;
    const draw = () => drawHeat(drawn, heat, holder.clientWidth || 400, { shade, language });
    const observer = new ResizeObserver(draw);
    observer.observe(holder);
    draw();
    return () => observer.disconnect();
  }, [heat, shade, language]);

  const row = under ? heat.rows[under.row] : undefined;
  const readout =
    under && row
      ? fill(said.heat_cell, {
          at: formatExact((heat.times_s[under.at] ?? 0) * 1000, language),
          count: formatSample(heat.cells[under.row]?.[under.at], language),
          lower: formatSample(row.lower, language),
          upper: formatSample(row.upper, language),
        })
      : said.heat_hint;
  return (
    <>
      <div className="explore-heat">
        <canvas
          ref={canvas}
          role="img"
          aria-label={props.title}
          style={{ height: HEAT_HEIGHT_PX }}
          onMouseMove={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const [x, y] = [event.clientX - box.left, event.clientY - box.top];
            setUnder(cellAt(heat, box.width, x, y));
          }}
          onMouseLeave={() => setUnder(null)}
        />
      </div>
      <p className="explore-readout kit-quiet">{readout}</p>
    </>
  );
}

/** The same as figures: a moment a row, a bucket a column. */
function HeatTable(props: { heat: Heat }) {
  const { heat } = props;
  const said = useWords(words);
  const language = useLanguage();
  const data = heat.times_s.map((at_s, at) => ({ at_s, at })).toReversed();
  const columns = [
    {
      key: "at",
      title: said.moment,
      width: TIME_WIDTH_PX,
      render: (_: unknown, { at_s }: { at_s: number }) => formatExact(at_s * 1000, language),
    },
    ...heat.rows.map(({ upper }, row) => ({
      key: String(row),
      title: fill(said.upper_bound, { upper: formatSample(upper, language) }),
      width: CELL_WIDTH_PX,
      align: "right" as const,
      render: (_: unknown, { at }: { at: number }) => formatSample(heat.cells[row]?.[at], language),
    })),
  ];
  return (
    <Table
      size="small"
      virtual
      columns={columns}
      dataSource={data}
      rowKey="at_s"
      pagination={false}
      scroll={{ x: TIME_WIDTH_PX + CELL_WIDTH_PX * heat.rows.length, y: HEAT_HEIGHT_PX }}
    />
  );
}

function exportCsv(title: string, time: string, heat: Heat): void {
  const lines = heat.times_s.map((at_s, at) => [
    new Date(at_s * 1000).toISOString(),
    ...heat.cells.map((line) => line[at]),
  ]);
  const bounds = heat.rows.map(({ lower, upper }) => `${lower} – ${upper}`);
  download(`${title}.csv`, toCsv([time, ...bounds], lines));
}

/** How the observations of a histogram lie over time; can be read as a table and exported. */
export function HeatMap(props: { title: string; matrix: MatrixItem[]; frame: Frame }) {
  const { title, matrix, frame } = props;
  const said = useWords(words);
  const language = useLanguage();
  const [table, setTable] = useState(false);
  const heat = useMemo(() => heatOf(matrix, frame), [matrix, frame]);
  if (heat === null) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.heat_none} />;
  }
  const swap = table ? said.as_chart : said.as_table;
  return (
    <figure className="kit-chart" aria-label={title}>
      <figcaption className="kit-chart-head">
        <span className="kit-quiet explore-scale">
          <span className="explore-gradient" aria-hidden />
          {fill(said.heat_scale, { highest: formatSample(heat.highest, language) })}
        </span>
        <span>
          <Button
            type="text"
            size="small"
            icon={table ? <HeatMapOutlined /> : <TableOutlined />}
            aria-label={`${swap}: ${title}`}
            title={swap}
            aria-pressed={table}
            onClick={() => setTable(!table)}
          />
          <Button
            type="text"
            size="small"
            icon={<DownloadOutlined />}
            aria-label={`${said.export_csv}: ${title}`}
            title={said.export_csv}
            onClick={() => exportCsv(title, said.moment, heat)}
          />
        </span>
      </figcaption>
      {table ? <HeatTable heat={heat} /> : <HeatCanvas title={title} heat={heat} />}
    </figure>
  );
}
