import { Segmented, Select } from "antd";
import { useMemo } from "react";
import type { TicketFiguresView, TicketTypeView } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { DayInput } from "../../../kit/DayInput";
import { endOf, startOf } from "../../../kit/days";
import { DescriptionList } from "../../../kit/DescriptionList";
import { formatNumber } from "../../../kit/format";
import { useLanguage, useText, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { SheetMenu } from "../../../kit/SheetMenu";
import { useViewState } from "../../../kit/viewState";
import { drillOf } from "./drill";
import type { FiguresOf } from "./drill";
import { useFigureColumns } from "./FigureColumns";
import { FigureLink } from "./FigureLink";
import { FiguresChart } from "./FiguresChart";
import { words } from "./figureWords";
import { GROUPS } from "./useGroupName";
import "./desk.css";

const KEYS = ["by", "from", "to", "type"] as const;

function Sums(props: { items: TicketFiguresView[]; of: FiguresOf }) {
  const said = useWords(words);
  const language = useLanguage();
  const sum = (key: "opened" | "open" | "overdue" | "reopened") =>
    props.items.reduce((all, one) => all + one[key], 0);
  const items = (["opened", "open", "overdue", "reopened"] as const).map((key) => ({
    key,
    term: said[key],
    value: (
      <FigureLink
        view={key === "reopened" ? null : drillOf(key, props.of, null)}
        label={`${said[key]} ${sum(key)}`}
        count={sum(key)}
      >
        <span className="kit-figure">{formatNumber(sum(key), language)}</span>
      </FigureLink>
    ),
  }));
  return (
    <DescriptionList columns={3} items={items} />
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
  const columns = useFigureColumns(by, view);
  return (
    <>
      <PageHeader
        title={said.figures}
        about={said.figures_about}
        actions={
          <SheetMenu
            path="/ticket-figures/export"
            query={query}
            name={`ticket-figures-${by}`}
          />
        }
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
      {list.items.length > 0 ? (
        <div className="desk-sums">
          <Sums items={list.items} of={view} />
          <FiguresChart items={list.items} by={by} of={view} />
        </div>
      ) : null}
      <ListTable
        label={said.figures}
        columns={columns}
        list={list}
        rowKey={(one) => one.key}
        empty={said.empty}
      />
      {by === "unit" || by === "region" ? <p className="kit-quiet">{said.with_below}</p> : null}
    </>
  );
}
