import { DownloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useMemo } from "react";
import { Link } from "react-router";
import type { InspectionFiguresView } from "../../../../api/contract";
import { useItems } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { download, toCsv } from "../../../../kit/csv";
import { DayInput } from "../../../../kit/DayInput";
import { dayAfter, dayOf, endOf, startOf } from "../../../../kit/days";
import { Figure } from "../../../../kit/Figure";
import { useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { useNow } from "../../../../kit/TimeAgo";
import { useViewState } from "../../../../kit/viewState";
import { paths } from "../../../../paths";
import { words } from "./words";
import "../duty.css";
import "./inspections.css";

const STATES = ["finished", "missed", "started", "due"] as const;
const DAYS = 30;

/** The share of those done among those that are over; null: none is over. */
function doneShare({ finished, missed }: InspectionFiguresView): number | null {
  return finished + missed > 0 ? finished / (finished + missed) : null;
}

/** How the rounds of each plan went, as bars; the table below says the same. */
function Shares(props: { items: InspectionFiguresView[] }) {
  const said = useWords(words);
  return (
    <Card title={said.shares}>
      <div className="inspections-legend">
        {STATES.map((state) => (
          <span key={state}>
            <i className={`inspections-${state}`} aria-hidden />
            {said[state]}
          </span>
        ))}
      </div>
      <ul className="inspections-shares">
        {props.items.map((one) => {
          const counts = STATES.map((state) => `${said[state]} ${one[state]}`).join(", ");
          return (
            <li key={one.inspection_id ?? one.name} className="inspections-share">
              <span>{one.name}</span>
              <div className="inspections-bar" role="img" aria-label={`${one.name}: ${counts}`} title={counts}>
                {STATES.filter((state) => one[state] > 0).map((state) => (
                  <span key={state} className={`inspections-${state}`} style={{ flexGrow: one[state] }} />
                ))}
              </div>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function Export(props: { items: InspectionFiguresView[] }) {
  const said = useWords(words);
  const save = () => {
    const head = [said.name, ...STATES.map((state) => said[state]), said.abnormal_items];
    const rows = props.items.map((one) => [one.name, ...STATES.map((state) => one[state]), one.abnormal]);
    download("inspection-figures.csv", toCsv(head, rows));
  };
  return (
    <Button icon={<DownloadOutlined />} disabled={props.items.length === 0} onClick={save}>
      {said.export}
    </Button>
  );
}

function useColumns(from: string, to: string): Column<InspectionFiguresView>[] {
  const said = useWords(words);
  return useMemo(() => {
    const counted = STATES.map((state) => ({
      key: state,
      title: said[state],
      width: 100,
      align: "right" as const,
      render: (_: unknown, one: InspectionFiguresView) => {
        const view = { plan: one.inspection_id ?? "", state, from, to };
        return one[state] > 0 ? <Link to={paths.rounds(view)}>{one[state]}</Link> : 0;
      },
    }));
    return [
      {
        key: "name",
        title: said.name,
        width: 220,
        render: (_, one) =>
          one.inspection_id ? (
            <Link to={paths.inspection(one.inspection_id)}>{one.name}</Link>
          ) : (
            one.name
          ),
      },
      ...counted,
      {
        key: "share",
        title: said.done_share,
        width: 150,
        align: "right",
        render: (_, one) => <Figure value={doneShare(one)} unit="ratio" />,
      },
      {
        key: "abnormal",
        title: said.abnormal_items,
        width: 120,
        align: "right",
        render: (_, one) => one.abnormal,
      },
    ];
  }, [said, from, to]);
}

/** How the rounds of the plans went: done in time, missed, and what was abnormal. */
export default function FiguresPage() {
  const said = useWords(words);
  const [view, setView] = useViewState(["from", "to"]);
  const today = dayOf(new Date(useNow()));
  const to = view.to || today;
  const from = view.from || dayAfter(to, -DAYS);
  const list = useItems<InspectionFiguresView>("/duty/inspection-figures", {
    from: startOf(from),
    to: endOf(to),
  });
  const columns = useColumns(from, to);
  return (
    <>
      <PageHeader
        title={said.figures}
        about={said.figures_about}
        actions={<Export items={list.items} />}
      />
      <div className="kit-filters">
        <span className="duty-end">
          <span aria-hidden>{said.from}</span>
          <DayInput label={said.from} value={from} onChange={(day) => setView({ from: day })} />
        </span>
        <span className="duty-end">
          <span aria-hidden>{said.to}</span>
          <DayInput label={said.to} value={to} onChange={(day) => setView({ to: day })} />
        </span>
      </div>
      <div className="duty-page">
        {list.items.length > 0 ? <Shares items={list.items} /> : null}
        <ListTable
          label={said.figures}
          columns={columns}
          list={list}
          rowKey={(row) => row.inspection_id ?? row.name}
          empty={said.figures_empty}
        />
      </div>
    </>
  );
}
