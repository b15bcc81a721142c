import { Button, Empty, Table } from "antd";
import type { TableColumnType } from "antd";
import type { ReactNode } from "react";
import type { List } from "../api/hooks";
import { ErrorPanel } from "./ErrorPanel";
import { useWords } from "./language";
import { reachable } from "./reachable";
import { fill } from "./say";
import { FITTED } from "./table";
import { words } from "./words";

/** From so many rows on only those in sight are drawn. */
const VIRTUAL_FROM = 200;
const VIRTUAL_HEIGHT_PX = 620;

export type Column<T> = TableColumnType<T> & { key: string; width?: number };

export interface ListTableProps<T extends object> {
  /** The name of the table for screen readers. */
  label: string;
  columns: Column<T>[];
  list: List<T>;
  rowKey: (row: T) => string;
  /** What belongs here, said when the list is empty. */
  empty: string;
  /** Why the reader may not make what belongs here: then nobody is invited to. */
  refusal?: string | null;
  /** The one next step of an empty list. */
  emptyAction?: ReactNode;
  onOpen?: (row: T) => void;
  /** What a row unfolds to. */
  detail?: (row: T) => ReactNode;
  size?: "small" | "middle";
}

/** A list of anything: paged by key, virtual when long, with its empty and failed states. */
export function ListTable<T extends object>(props: ListTableProps<T>) {
  const { list, detail, onOpen } = props;
  const said = useWords(words);
  const virtual = list.items.length >= VIRTUAL_FROM && detail === undefined;
  const width = props.columns.reduce((sum, column) => sum + (column.width ?? 160), 0);
  if (list.problem && list.items.length === 0) {
    return <ErrorPanel problem={list.problem} onRetry={list.reload} />;
  }
  return (
    <section className="kit-list" aria-label={props.label} ref={reachable}>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      <Table<T>
        columns={props.columns}
        dataSource={list.items}
        rowKey={props.rowKey}
        loading={list.loading}
        pagination={false}
        size={props.size ?? "middle"}
        virtual={virtual}
        {...(virtual ? { scroll: { x: width, y: VIRTUAL_HEIGHT_PX } } : {})}
        // An empty table has nothing to be reached by the keys, so it must not scroll.
        {...(!virtual && list.items.length > 0 ? { scroll: FITTED } : {})}
        locale={{
          emptyText: list.loading ? (
            said.loading
          ) : (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={props.refusal ? said.nothing : props.empty}>
              {props.refusal ? null : props.emptyAction}
            </Empty>
          ),
        }}
        {...(detail ? { expandable: { expandedRowRender: detail, expandRowByClick: true } } : {})}
        {...(onOpen
          ? { onRow: (row: T) => ({ onClick: () => onOpen(row), className: "kit-row-open" }) }
          : {})}
      />
      {list.items.length > 0 ? (
        <footer className="kit-list-foot">
          <span className="kit-quiet" aria-live="polite">
            {fill(list.more ? said.shown_more : said.shown, { n: list.items.length })}
          </span>
          {list.more ? (
            <Button onClick={list.loadMore} loading={list.loadingMore}>
              {said.load_more}
            </Button>
          ) : null}
        </footer>
      ) : null}
    </section>
  );
}
