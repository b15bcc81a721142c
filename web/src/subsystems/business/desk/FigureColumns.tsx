import { Progress } from "antd";
import type { TicketFiguresView } from "../../../api/contract";
import { formatNumber } from "../../../kit/format";
import { useLanguage, useWords } from "../../../kit/language";
import type { Column } from "../../../kit/ListTable";
import { fill } from "../../../kit/say";
import { drillOf } from "./drill";
import type { Drilled, FiguresOf } from "./drill";
import { FigureLink } from "./FigureLink";
import { words } from "./figureWords";
import { GROUPS, useGroupName } from "./useGroupName";
import { useWorkingTime } from "./workingTime";

type Lead = (figure: Drilled) => Record<string, string> | null;

/** How many promises were kept, of those that are decided. `lead`: to which tickets. */
function Kept(props: { label: string; kept: number; broken: number; lead: Lead | null }) {
  const { label, kept, broken, lead } = props;
  const said = useWords(words);
  const all = kept + broken;
  if (all === 0) return <>–</>;
  const percent = Math.floor((kept / all) * 100);
  const parts = [
    { key: "kept" as const, count: kept, text: fill(said.kept_n, { n: kept }) },
    { key: "broken" as const, count: broken, text: fill(said.broken_n, { n: broken }) },
  ];
  return (
    <div>
      <Progress
        percent={percent}
        size="small"
        status="normal"
        format={() => `${percent} %`}
        aria-label={label}
      />
      <span className="kit-quiet desk-kept">
        {parts.map(({ key, count, text }) => (
          <FigureLink key={key} view={lead?.(key) ?? null} label={`${label} · ${text}`} count={count}>
            <span>{text}</span>
          </FigureLink>
        ))}
      </span>
    </div>
  );
}

/** The columns of figures by group: what can be listed leads to its tickets. */
export function useFigureColumns(by: string, of: FiguresOf): Column<TicketFiguresView>[] {
  const said = useWords(words);
  const language = useLanguage();
  const nameOf = useGroupName(by);
  const workingTime = useWorkingTime();
  const group = GROUPS.find((one) => one === by) ?? "type";
  const leadOf =
    (one: TicketFiguresView): Lead =>
    (figure) =>
      drillOf(figure, of, { by, key: one.key });
  const count = (key: "opened" | "open" | "overdue"): Column<TicketFiguresView> => ({
    key,
    title: said[key],
    width: 80,
    render: (_, one) => (
      <FigureLink
        view={leadOf(one)(key)}
        label={`${nameOf(one)} · ${said[key]} ${one[key]}`}
        count={one[key]}
      >
        {formatNumber(one[key], language)}
      </FigureLink>
    ),
  });
  const kept = (key: "response" | "resolution"): Column<TicketFiguresView> => ({
    key: `${key}_kept`,
    title: said[`${key}_kept`],
    width: 150,
    render: (_, one) => (
      <Kept
        label={`${nameOf(one)} · ${said[`${key}_kept`]}`}
        kept={one[`${key}_kept`]}
        broken={one[`${key}_broken`]}
        lead={key === "resolution" ? leadOf(one) : null}
      />
    ),
  });
  const mean = (key: "response_mean" | "resolution_mean"): Column<TicketFiguresView> => ({
    key,
    title: said[key],
    width: 110,
    render: (_, one) => {
      const seconds = one[`${key}_s`];
      return seconds === null ? "–" : workingTime(seconds);
    },
  });
  return [
    { key: "name", title: said[`by_${group}`], width: 150, render: (_, one) => nameOf(one) },
    count("opened"),
    count("open"),
    count("overdue"),
    {
      key: "reopened",
      title: said.reopened,
      width: 80,
      render: (_, one) => formatNumber(one.reopened, language),
    },
    kept("response"),
    kept("resolution"),
    mean("response_mean"),
    mean("resolution_mean"),
  ];
}
