import {
  AlignLeftOutlined,
  CaretRightOutlined,
  DeleteOutlined,
  SearchOutlined,
} from "@ant-design/icons";
import { Button, Empty, Segmented, Skeleton, Space } from "antd";
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from "react";
import type { ReactNode, RefObject } from "react";
import { formatNumber, formatSeconds } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { askPrometheus } from "./askPrometheus";
import { Explain, seriesIn } from "./Explain";
import type { Explore, Query, QueryView } from "./exploreState";
import { HeatMap } from "./HeatMap";
import { MetricFinder } from "./MetricFinder";
import { NoteList, notesOf } from "./NoteList";
import type { EditorHandle } from "./QueryEditor";
import { selectorOf } from "./selector";
import { RangeChart } from "./RangeChart";
import { ResultTable } from "./ResultTable";
import { stepFor } from "./spans";
import { useAnswer } from "./useAnswer";
import type { Answered } from "./useAnswer";
import type { Read } from "./useStatus";
import { words } from "./words";

const QueryEditor = lazy(() => import("./QueryEditor"));
/** A column of a heat map is so wide at least. */
const HEAT_COLUMN_PX = 6;

export interface QueryPanelProps {
  /** Its number on the page, from 1. */
  number: number;
  query: Query;
  explore: Explore;
  /** How wide charts are drawn. */
  width_px: number;
  onRun: (text: string) => void;
  onView: (view: QueryView) => void;
  /** Null when it is the only one. */
  onRemove: (() => void) | null;
  onZoom: (from_s: number, to_s: number) => void;
}

function stepOf({ query, explore, width_px }: QueryPanelProps): number | null {
  if (query.view === "table" || query.view === "explain") return null;
  if (explore.step_s !== null) return explore.step_s;
  const points = query.view === "heat" ? width_px / HEAT_COLUMN_PX : width_px;
  return stepFor(explore.range_s, points);
}

function Controls(props: QueryPanelProps & { editor: RefObject<EditorHandle | null> }) {
  const { number: n, query, editor, onRun, onRemove } = props;
  const said = useWords(words);
  const [finding, setFinding] = useState(false);
  const choose = useCallback(
    (metric: string) => {
      setFinding(false);
      const { current } = editor;
      // The editor may still be on its way; nothing can be half written then.
      const first = (current?.text() ?? query.text).trim() === "";
      current?.insert(selectorOf(metric));
      // Into a query that is being written it is only put.
      if (first) onRun(current?.text() ?? selectorOf(metric));
    },
    [editor, onRun, query.text],
  );
  const format = () => {
    const { current } = editor;
    if (!current) return;
    askPrometheus<string>("format_query", { query: current.text() }).then(
      ({ data }) => {
        current.replace(data);
        onRun(data);
      },
      // Why it cannot be formatted, is why it cannot be run: that is said below the query.
      () => onRun(current.text()),
    );
  };
  return (
    <Space wrap>
      <Button
        type="primary"
        icon={<CaretRightOutlined />}
        aria-label={fill(said.run_query, { n })}
        onClick={() => onRun(editor.current?.text() ?? "")}
      >
        {said.run}
      </Button>
      <Button
        icon={<SearchOutlined />}
        aria-label={fill(said.find_for, { n })}
        onClick={() => setFinding(true)}
      >
        {said.find_metric}
      </Button>
      <Button
        icon={<AlignLeftOutlined />}
        aria-label={fill(said.format_query, { n })}
        onClick={format}
      >
        {said.format}
      </Button>
      {onRemove ? (
        <Button
          icon={<DeleteOutlined />}
          aria-label={fill(said.remove_query, { n })}
          title={fill(said.remove_query, { n })}
          onClick={onRemove}
        />
      ) : null}
      {finding ? <MetricFinder onChoose={choose} onClose={() => setFinding(false)} /> : null}
    </Space>
  );
}

function Result(props: QueryPanelProps & { read: Read<Answered> }): ReactNode {
  const { number: n, query, read, onZoom } = props;
  const said = useWords(words);
  if (query.text.trim() === "") {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.nothing_yet} />;
  }
  if (read.loading) return <Skeleton.Node active className="explore-waiting" />;
  if (query.view === "explain") {
    // What cannot be carried out can be explained, unless it cannot even be read.
    if (read.problem?.code === "bad_data") return null;
    return <Explain text={query.text} answered={read.value} />;
  }
  if (!read.value) return null;
  const { data, frame } = read.value;
  if (query.view === "table") {
    return <ResultTable title={fill(said.result_of, { n })} data={data} />;
  }
  const matrix = data.resultType === "matrix" ? data.result : [];
  if (query.view === "heat") {
    return <HeatMap title={fill(said.heat_of, { n })} matrix={matrix} frame={frame} />;
  }
  const title = fill(said.chart_of, { n });
  const legend = fill(said.result_of, { n });
  return <RangeChart {...{ title, legend, matrix, frame, onZoom }} />;
}

/** What the answer cost, in a line. */
function CostLine(props: { answered: Answered }) {
  const { data, took_ms } = props.answered;
  const said = useWords(words);
  const language = useLanguage();
  const read = data.stats?.samples?.totalQueryableSamples;
  const evaluated = data.stats?.timings?.["evalTotalTime"];
  return (
    <p className="kit-quiet explore-cost" aria-live="polite">
      {fill(said.cost, {
        series: formatNumber(seriesIn(data), language, 0),
        samples: read === undefined ? "–" : formatNumber(read, language, 0),
        evaluated: evaluated === undefined ? "–" : formatSeconds(evaluated, language),
        took: formatSeconds(took_ms / 1000, language),
      })}
    </p>
  );
}

/** One query: where it is written, what is said of it, and its answer. */
export function QueryPanel(props: QueryPanelProps) {
  const { number: n, query, explore, onRun } = props;
  const said = useWords(words);
  const editor = useRef<EditorHandle>(null);
  const { range_s, end, every_s } = explore;
  const read = useAnswer({ text: query.text, range_s, end, every_s, step_s: stepOf(props) });
  const { value, problem } = read;
  const notes = useMemo(() => notesOf(value, problem), [value, problem]);
  const label = fill(said.query, { n });
  return (
    <section className="kit-card explore-panel" aria-label={label}>
      <Suspense fallback={<Skeleton.Input active block />}>
        <QueryEditor
          ref={editor}
          label={label}
          hint={said.query_hint}
          text={query.text}
          notes={notes}
          onRun={onRun}
        />
      </Suspense>
      <div className="explore-controls">
        <Controls {...props} editor={editor} />
        <Segmented
          aria-label={fill(said.view_of, { n })}
          value={query.view}
          onChange={props.onView}
          options={[
            { value: "graph" as const, label: said.graph },
            { value: "table" as const, label: said.table },
            { value: "heat" as const, label: said.heat },
            { value: "explain" as const, label: said.explain },
          ]}
        />
      </div>
      <NoteList
        notes={notes}
        code={problem?.code}
        onGo={(place) => editor.current?.go(place)}
      />
      <div className="explore-result" aria-busy={read.busy}>
        <Result {...props} read={read} />
      </div>
      {value ? <CostLine answered={value} /> : null}
    </section>
  );
}
