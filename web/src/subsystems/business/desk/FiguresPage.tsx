import { DownloadOutlined } from "@ant-design/icons";
import { Button, Progress, Segmented, Select } from "antd";
import { useMemo } from "react";
import type { TicketFiguresView, TicketTypeView } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { download, toCsv } from "../../../kit/csv";
import { DayInput } from "../../../kit/DayInput";
import { endOf, startOf } from "../../../kit/days";
import { DescriptionList } from "../../../kit/DescriptionList";
import { formatNumber } from "../../../kit/format";
import { useLanguage, useText, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { fill } from "../../../kit/say";
import { useViewState } from "../../../kit/viewState";
import { words } from "./figureWords";
import { useWorkingTime } from "./workingTime";
import "./desk.css";

const KEYS = ["by", "from", "to", "type"] as const;
const GROUPS = ["type", "unit", "region", "channel", "priority"] as const;

/** What a group is called: the server names types, units and regions, and the keys of the rest. */
function useGroupName(by: string): (one: TicketFiguresView) => string {
  const said: Record<string, string> = useWords(words);
  const text = useText();
  return (one) => {
    if (one.key === "") return said.none ?? "";
    if (by === "priority") return `P${one.key}`;
    if (by === "channel") return said[one.key] ?? one.key;
    return text(one.name) || one.name.zh || one.name.en;
  };
}

/** How many promises were kept, of those that are decided. */
function Kept(props: { label: string; kept: number; broken: number }) {
  const { kept, broken } = props;
  const said = useWords(words);
  const all = kept + broken;
  if (all === 0) return <>–</>;
  const percent = Math.floor((kept / all) * 100);
  return (
    <div>
      <Progress
        percent={percent}
        size="small"
        status="normal"
        format={() => `${percent} %`}
        aria-label={props.label}
      />
      <span className="kit-quiet">{fill(said.kept_of, { kept, all })}</span>
    </div>
  );
}

function useColumns(by: string): Column<TicketFiguresView>[] {
  const said = useWords(words);
  const language = useLanguage();
  const nameOf = useGroupName(by);
  const workingTime = useWorkingTime();
  const group = GROUPS.find((one) => one === by) ?? "type";
  const count = (key: "opened" | "open" | "overdue" | "reopened"): Column<TicketFiguresView> => ({
    key,
    title: said[key],
    width: 80,
    render: (_, one) => formatNumber(one[key], language),
  });
  const kept = (key: "response" | "resolution"): Column<TicketFiguresView> => ({
    key: `${key}_kept`,
    title: said[`${key}_kept`],
    width: 140,
    render: (_, one) => (
      <Kept
        label={`${nameOf(one)} · ${said[`${key}_kept`]}`}
        kept={one[`${key}_kept`]}
        broken={one[`${key}_broken`]}
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
    { key: "name", title: said[`by_${group}`], width: 160, render: (_, one) => nameOf(one) },
    count("opened"),
    count("open"),
    count("overdue"),
    count("reopened"),
    kept("response"),
    kept("resolution"),
    mean("response_mean"),
    mean("resolution_mean"),
  ];
}

function Sums(props: { items: TicketFiguresView[] }) {
  const said = useWords(words);
  const language = useLanguage();
  const sum = (key: "opened" | "open" | "overdue" | "reopened") =>
    props.items.reduce((all, one) => all + one[key], 0);
  const items = (["opened", "open", "overdue", "reopened"] as const).map((key) => ({
    key,
    term: said[key],
    value: <span className="kit-figure">{formatNumber(sum(key), language)}</span>,
  }));
  return (
    <div className="desk-sums">
      <DescriptionList columns={3} items={items} />
    </div>
  );
}

function Export(props: { items: TicketFiguresView[]; by: string }) {
  const { items, by } = props;
  const said = useWords(words);
  const nameOf = useGroupName(by);
  const group = GROUPS.find((one) => one === by) ?? "type";
  const save = () => {
    const head = [
      said[`by_${group}`],
      ...([said.opened, said.open, said.overdue, said.reopened] as const),
      `${said.response_kept} +`,
      `${said.response_kept} −`,
      `${said.resolution_kept} +`,
      `${said.resolution_kept} −`,
      `${said.response_mean} (s)`,
      `${said.resolution_mean} (s)`,
    ];
    const rows = items.map((one) => [
      nameOf(one),
      one.opened,
      one.open,
      one.overdue,
      one.reopened,
      one.response_kept,
      one.response_broken,
      one.resolution_kept,
      one.resolution_broken,
      one.response_mean_s,
      one.resolution_mean_s,
    ]);
    download(`ticket-figures-${group}.csv`, toCsv(head, rows));
  };
  return (
    <Button icon={<DownloadOutlined />} disabled={items.length === 0} onClick={save}>
      {said.export}
    </Button>
  );
}

/** How many tickets there were, how long they took and how many promises were kept. */
export default function FiguresPage() {
  const said = useWords(words);
  const text = useText();
  const [view, setView] = useViewState(KEYS);
  const by = view.by || "type";
  const types = useItems<TicketTypeView>("/ticket-types");
  const query = useMemo(
    () => ({
      by,
      type: view.type,
      opened_from: startOf(view.from) ?? "",
      opened_to: endOf(view.to) ?? "",
    }),
    [by, view],
  );
  const list = useItems<TicketFiguresView>("/ticket-figures", query);
  const columns = useColumns(by);
  return (
    <>
      <PageHeader
        title={said.figures}
        about={said.figures_about}
        actions={<Export items={list.items} by={by} />}
      />
      <div className="kit-filters">
        <Segmented
          aria-label={said.by}
          value={by}
          options={GROUPS.map((value) => ({ value, label: said[`by_${value}`] }))}
          onChange={(chosen) => setView({ by: chosen === "type" ? "" : String(chosen) })}
        />
        <span className="desk-day">
          <span aria-hidden>{said.from}</span>
          <DayInput label={said.from} value={view.from} onChange={(from) => setView({ from })} />
        </span>
        <span className="desk-day">
          <span aria-hidden>{said.to}</span>
          <DayInput label={said.to} value={view.to} onChange={(to) => setView({ to })} />
        </span>
        <Select
          aria-label={said.type}
          value={view.type}
          style={{ minWidth: 150 }}
          onChange={(type) => setView({ type })}
          options={[
            { value: "", label: said.every_type },
            ...types.items.map((one) => ({ value: one.type.key, label: text(one.type.name) })),
          ]}
        />
      </div>
      {list.items.length > 0 ? <Sums items={list.items} /> : null}
      <ListTable
        label={said.figures}
        columns={columns}
        list={list}
        rowKey={(one) => one.key}
        empty={said.empty}
      />
    </>
  );
}
