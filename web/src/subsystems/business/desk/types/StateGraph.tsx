import { useId, useMemo } from "react";
import type { TicketStateView, TicketTransitionView } from "../../../../api/contract";
import { useText, useWords } from "../../../../kit/language";
import { reachable } from "../../../../kit/reachable";
import { fill } from "../../../../kit/say";
import { TONES } from "../columns";
import { stateGraphOf } from "./stateGraph";
import type { GraphState, GraphWay } from "./stateGraph";
import { calledOf } from "./typeForm";
import { words } from "./words";

const LINE_PX = 16;

function Way(props: { way: GraphWay; arrow: string }) {
  const { way, arrow } = props;
  const top = way.y - ((way.lines.length - 1) * LINE_PX) / 2;
  return (
    <g className="desk-graph-way">
      <path d={way.curve} markerEnd={`url(#${arrow})`} />
      <rect
        x={way.x - way.width / 2}
        y={way.y - way.height / 2}
        width={way.width}
        height={way.height}
      />
      {way.lines.map((line, at) => (
        <text key={line} x={way.x} y={top + at * LINE_PX}>
          {line}
        </text>
      ))}
    </g>
  );
}

function State(props: { spot: GraphState; state: TicketStateView; name: string; first: boolean }) {
  const { spot, state, name, first } = props;
  const said = useWords(words);
  return (
    <g className={`desk-graph-state kit-${TONES[state.phase]}`}>
      <rect
        x={spot.x - spot.width / 2}
        y={spot.y - spot.height / 2}
        width={spot.width}
        height={spot.height}
        rx={8}
        strokeWidth={first ? 3 : 1}
      />
      <text x={spot.x} y={spot.y - 8}>
        {name}
      </text>
      <text x={spot.x} y={spot.y + 10} className="desk-graph-phase">
        {said[`phase_${state.phase}`]}
      </text>
    </g>
  );
}

/** The states of a kind of ticket and the ways between them, drawn as they are edited. */
export function StateGraph(props: {
  states: TicketStateView[];
  transitions: TicketTransitionView[];
  first: string;
  /** How small it may become to fit into its place; below that it moves within it. */
  scale?: number;
}) {
  const { states, transitions, first } = props;
  const said = useWords(words);
  const text = useText();
  const arrow = useId();
  const graph = useMemo(
    () =>
      stateGraphOf(
        { states, transitions },
        (state) => calledOf(state, text, 0),
        (way) => calledOf(way, text, 0),
      ),
    [states, transitions, text],
  );
  const label = fill(said.graph_of, { states: graph.states.length, ways: transitions.length });
  return (
    <div ref={reachable}>
      <div className="desk-graph kit-reach">
        <svg
          role="img"
          aria-label={label}
          viewBox={`0 0 ${Math.ceil(graph.width)} ${Math.ceil(graph.height)}`}
          style={{ maxWidth: graph.width, minWidth: graph.width * (props.scale ?? 0) }}
        >
          <defs>
            <marker
              id={arrow}
              viewBox="0 0 10 10"
              refX={9}
              refY={5}
              markerWidth={7}
              markerHeight={7}
              orient="auto"
            >
              <path d="M 0 0 L 10 5 L 0 10 z" />
            </marker>
          </defs>
          {graph.ways.map((way) => (
            <Way key={way.key} way={way} arrow={arrow} />
          ))}
          {graph.states.map((spot) => {
            const state = states.find((one) => one.key === spot.key);
            if (!state) return null;
            const name = calledOf(state, text, 0);
            return (
              <State key={spot.key} spot={spot} state={state} name={name} first={first === spot.key} />
            );
          })}
        </svg>
      </div>
      <p className="kit-quiet">{said.graph_about}</p>
    </div>
  );
}
