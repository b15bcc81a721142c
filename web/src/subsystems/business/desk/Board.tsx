import { Button } from "antd";
import { useState } from "react";
import type { TicketTransitionView, TicketTypeView, TicketView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { dropTarget } from "../../../kit/dragging";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useText, useWords } from "../../../kit/language";
import { reachable } from "../../../kit/reachable";
import { words as kitWords } from "../../../kit/words";
import { columnsOf, waysInto } from "./board";
import type { BoardColumn } from "./board";
import { BoardCard } from "./BoardCard";
import { words } from "./boardWords";
import { TONES } from "./columns";
import { useBoardMove } from "./useBoardMove";

const EVERY_MS = 15_000;
const SHOWN = 50;

interface ColumnProps {
  column: BoardColumn;
  name: string;
  query: Record<string, string>;
  types: Map<string, TicketTypeView["type"]>;
  /** The ticket that is being dragged. */
  dragged: TicketView | null;
  onDrag: (ticket: TicketView | null) => void;
  onMove: (ticket: TicketView, ways: TicketTransitionView[]) => void;
}

function Column(props: ColumnProps) {
  const { column, name, query, types, dragged, onDrag, onMove } = props;
  const said = useWords(words);
  const kit = useWords(kitWords);
  const asked = { ...query, ...column.query, limit: SHOWN };
  const list = useList<TicketView>("/tickets", asked, { every_ms: EVERY_MS });
  const ways = dragged ? waysInto(types.get(dragged.type), dragged.state, column) : [];
  const welcome = dragged === null ? "" : ways.length > 0 ? " desk-column-open" : " desk-column-shut";
  const count = `${list.items.length}${list.more ? "+" : ""}`;
  return (
    <section
      className={`desk-column kit-${TONES[column.phase]}${welcome}`}
      aria-label={name}
      ref={dropTarget(ways.length > 0, () => {
        if (dragged) onMove(dragged, ways);
        onDrag(null);
      })}
    >
      <h2>
        {name} <span className="kit-quiet">{count}</span>
      </h2>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      <ul>
        {list.items.map((ticket) => (
          <BoardCard
            key={ticket.id}
            ticket={ticket}
            type={types.get(ticket.type)}
            stateful={!("state" in column.query)}
            onDrag={onDrag}
            onMove={onMove}
          />
        ))}
      </ul>
      {list.items.length === 0 && !list.loading ? <p className="kit-quiet">{said.none}</p> : null}
      {list.more ? (
        <Button size="small" loading={list.loadingMore} onClick={list.loadMore}>
          {kit.load_more}
        </Button>
      ) : null}
    </section>
  );
}

/** Tickets by state, or by phase where they are of several types; moved by dragging or by a menu. */
export function Board(props: {
  query: Record<string, string>;
  types: TicketTypeView[];
  /** Whether only what is over is asked for. */
  over: boolean;
}) {
  const { query, types, over } = props;
  const said = useWords(words);
  const text = useText();
  const [dragged, setDragged] = useState<TicketView | null>(null);
  const { move, dialog } = useBoardMove();
  const known = new Map(types.map(({ type }) => [type.key, type]));
  const chosen = known.get(query["type"] ?? "");
  const nameOf = (column: BoardColumn) =>
    text(chosen?.states.find((one) => one.key === column.key)?.name) ||
    said[`phase_${column.phase}`];
  return (
    <>
      <p className="kit-quiet">{chosen ? said.about : said.about_phases}</p>
      <div ref={reachable}>
        <div className="desk-board kit-reach" role="region" aria-label={said.board}>
          {columnsOf(chosen, over).map((column) => (
            <Column
              key={`${chosen?.key} ${column.key}`}
              column={column}
              name={nameOf(column)}
              query={query}
              types={known}
              dragged={dragged}
              onDrag={setDragged}
              onMove={move}
            />
          ))}
        </div>
      </div>
      {dialog}
    </>
  );
}
