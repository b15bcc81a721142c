import type { TicketPhase, TicketTransitionView, TicketTypeView } from "../../../api/contract";

/** A column of the board: a state of the chosen type, or a phase of whatever type. */
export interface BoardColumn {
  key: string;
  phase: TicketPhase;
  /** What the server is asked for beside the filters. */
  query: Record<string, string>;
}

const PHASES: TicketPhase[] = ["new", "active", "paused", "resolved", "closed"];
const OVER = new Set<TicketPhase>(["resolved", "closed"]);
type TypeBody = TicketTypeView["type"];

/** The columns: the states of one type, else the phases that all types share. */
export function columnsOf(type: TypeBody | undefined, over: boolean): BoardColumn[] {
  const columns = type
    ? type.states.map(({ key, phase }) => ({ key, phase, query: { state: key } }))
    : PHASES.map((phase) => ({ key: phase, phase, query: { phase } }));
  return over ? columns.filter((column) => OVER.has(column.phase)) : columns;
}

/** The ways that lead on from a state of a type. */
export function waysFrom(type: TypeBody | undefined, state: string): TicketTransitionView[] {
  return type?.transitions.filter((way) => way.from.includes(state)) ?? [];
}

/** Those of them that lead into a column; what stays where it is has not been moved. */
export function waysInto(
  type: TypeBody | undefined,
  state: string,
  column: BoardColumn,
): TicketTransitionView[] {
  const within = (key: string) => {
    const phase = type?.states.find((one) => one.key === key)?.phase;
    return "state" in column.query ? key === column.key : phase === column.phase;
  };
  if (within(state)) return [];
  return waysFrom(type, state).filter((way) => within(way.to));
}
