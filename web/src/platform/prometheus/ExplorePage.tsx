import { PlusOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { RefObject } from "react";
import { useSearchParams } from "react-router";
import { useWords } from "../../kit/language";
import { PageHeader } from "../../kit/PageHeader";
import { between, QUERIES_MAX, readExplore, writeExplore } from "./exploreState";
import type { Explore, Query } from "./exploreState";
import { QueryPanel } from "./QueryPanel";
import { TimeBar } from "./TimeBar";
import { ANSWERS } from "./useAnswer";
import { words } from "./words";
import "./prometheus.css";

/** Widths are taken in these steps, so that nothing is asked anew for a pixel. */
const WIDTH_STEP_PX = 200;
/** Until it is measured. */
const WIDTH_PX = 1000;

/** What is looked at; it is all in the address, and the way back leads to what was before. */
function useExplore(): [Explore, (explore: Explore) => void] {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const explore = useMemo(() => readExplore(new URLSearchParams(text)), [text]);
  const change = useCallback((next: Explore) => setSearch(writeExplore(next)), [setSearch]);
  return [explore, change];
}

/** How wide an element is, in coarse steps. */
function useWidth(place: RefObject<HTMLElement | null>): number {
  const [width_px, setWidth] = useState(WIDTH_PX);
  // The size of an element is known to the browser alone. It is taken before anything is asked.
  useLayoutEffect(() => {
    const { current } = place;
    if (!current) return undefined;
    const measure = () => {
      const steps = Math.max(1, Math.round(current.clientWidth / WIDTH_STEP_PX));
      setWidth(steps * WIDTH_STEP_PX);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [place]);
  return width_px;
}

/** Queries over what is measured: written, drawn, explained, and shared by their address. */
export default function ExplorePage() {
  const said = useWords(words);
  const [explore, setExplore] = useExplore();
  const answers = useQueryClient();
  const place = useRef<HTMLDivElement>(null);
  const width_px = useWidth(place);
  const { queries } = explore;
  // Queries are told apart by their place alone.
  const placed = queries.map((query, at) => ({ query, at, key: `query ${at}` }));
  const put = (at: number, change: Partial<Query>) =>
    setExplore({
      ...explore,
      queries: queries.map((query, other) => (other === at ? { ...query, ...change } : query)),
    });
  const run = (at: number, text: string) => {
    if (text === queries[at]?.text) void answers.invalidateQueries({ queryKey: ANSWERS });
    else put(at, { text });
  };
  return (
    <div className="explore-page" ref={place}>
      <PageHeader title={said.explore} about={said.explore_about} />
      <TimeBar explore={explore} onChange={setExplore} />
      {placed.map(({ query, at, key }) => (
        <QueryPanel
          key={key}
          number={at + 1}
          query={query}
          explore={explore}
          width_px={width_px}
          onRun={(text) => run(at, text)}
          onView={(view) => put(at, { view })}
          onRemove={
            queries.length > 1
              ? () => setExplore({ ...explore, queries: queries.filter((_, one) => one !== at) })
              : null
          }
          onZoom={(from_s, to_s) => setExplore(between(explore, from_s, to_s))}
        />
      ))}
      <Button
        icon={<PlusOutlined />}
        disabled={queries.length >= QUERIES_MAX}
        onClick={() =>
          setExplore({ ...explore, queries: [...queries, { text: "", view: "graph" }] })
        }
      >
        {said.add_query}
      </Button>
    </div>
  );
}
