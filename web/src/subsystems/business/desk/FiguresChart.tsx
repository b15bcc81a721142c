import type { TicketFiguresView } from "../../../api/contract";
import { Card } from "../../../kit/Card";
import { formatNumber } from "../../../kit/format";
import { useLanguage, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { drillOf } from "./drill";
import type { FiguresOf } from "./drill";
import { FigureLink } from "./FigureLink";
import { words } from "./figureWords";
import { useGroupName } from "./useGroupName";

/** So many groups are drawn, the largest first; the table has all of them. */
const DRAWN_MAX = 20;
const PARTS = ["done", "open", "overdue"] as const;

/** The parts of a bar: what is over, what is open in time, and what is overdue. */
function partsOf(one: TicketFiguresView): Record<(typeof PARTS)[number], number> {
  return { done: one.opened - one.open, open: one.open - one.overdue, overdue: one.overdue };
}

function Bar(props: { one: TicketFiguresView; most: number }) {
  const { one, most } = props;
  const parts = partsOf(one);
  return (
    <div className="desk-bar" aria-hidden>
      {PARTS.map((part) => (
        <span
          key={part}
          className={`desk-bar-${part}`}
          style={{ width: `${(Math.max(parts[part], 0) / most) * 100}%` }}
        />
      ))}
    </div>
  );
}

/** The volumes of each group as bars; each leads to its tickets. The table below says the same. */
export function FiguresChart(props: { items: TicketFiguresView[]; by: string; of: FiguresOf }) {
  const { items, by, of } = props;
  const said = useWords(words);
  const language = useLanguage();
  const nameOf = useGroupName(by);
  const drawn = items.slice(0, DRAWN_MAX);
  const most = Math.max(1, ...drawn.map((one) => one.opened));
  const legend = (
    <span className="desk-legend" aria-hidden>
      {PARTS.map((part) => (
        <span key={part}>
          <i className={`desk-bar-${part}`} /> {said[`part_${part}`]}
        </span>
      ))}
    </span>
  );
  return (
    <Card title={said.chart} extra={legend}>
      <ul className="desk-bars">
        {drawn.map((one) => {
          const parts = partsOf(one);
          const sentence = fill(said.bar_of, { name: nameOf(one), opened: one.opened, ...parts });
          return (
            <li key={one.key}>
              <FigureLink
                view={drillOf("opened", of, { by, key: one.key })}
                label={sentence}
                count={one.opened}
              >
                {nameOf(one)}
              </FigureLink>
              <Bar one={one} most={most} />
              <span className="kit-figure">{formatNumber(one.opened, language)}</span>
            </li>
          );
        })}
      </ul>
      {items.length > drawn.length ? (
        <p className="kit-quiet">{fill(said.drawn_only, { n: drawn.length })}</p>
      ) : null}
    </Card>
  );
}
