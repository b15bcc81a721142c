import { CarryOutOutlined } from "@ant-design/icons";
import { Segmented, Select } from "antd";
import { useMemo } from "react";
import { Link } from "react-router";
import type { InspectionView, RoundState, RoundView } from "../../../../api/contract";
import { useAll, useItems, useList } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { DayInput } from "../../../../kit/DayInput";
import { endOf, startOf } from "../../../../kit/days";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useLanguage, useWords } from "../../../../kit/language";
import { LinkButton } from "../../../../kit/LinkButton";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { StateTag } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { useViewState } from "../../../../kit/viewState";
import { paths } from "../../../../paths";
import { useCan } from "../../../../shell/can";
import { spanWords } from "../days";
import { STATE_TONES } from "./stateTones";
import { words } from "./words";
import "./rounds.css";

const STATES: RoundState[] = ["due", "started", "finished", "missed"];
const OWN_EVERY_MS = 60_000;

/** What the reader can do now, each with its one next step. */
function ForYou() {
  const said = useWords(words);
  const language = useLanguage();
  const own = useItems<RoundView>("/duty/rounds", { own: true }, { every_ms: OWN_EVERY_MS });
  return (
    <Card title={said.for_you}>
      <ErrorPanel problem={own.problem} onRetry={own.reload} />
      {own.items.length === 0 && !own.loading && !own.problem ? (
        <p className="kit-quiet">{said.for_you_none}</p>
      ) : null}
      <ul className="rounds-own">
        {own.items.map((round) => (
          <li key={round.id}>
            <div>
              <strong>{round.name}</strong>{" "}
              <StateTag state={STATE_TONES[round.state]} text={said[round.state]} />
              <div className="kit-quiet">{spanWords(round.from, round.to, language)}</div>
            </div>
            <LinkButton type="primary" size="large" icon={<CarryOutOutlined />} to={paths.round(round.id)}>
              {round.state === "started" ? said.go_on : said.go}
            </LinkButton>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function useColumns(): Column<RoundView>[] {
  const said = useWords(words);
  const language = useLanguage();
  return useMemo<Column<RoundView>[]>(
    () => [
      {
        key: "state",
        title: said.state,
        width: 120,
        render: (_, one) => <StateTag state={STATE_TONES[one.state]} text={said[one.state]} />,
      },
      {
        key: "name",
        title: said.name,
        width: 200,
        render: (_, one) => <Link to={paths.round(one.id)}>{one.name}</Link>,
      },
      {
        key: "when",
        title: said.when,
        width: 230,
        render: (_, one) => spanWords(one.from, one.to, language),
      },
      { key: "items", title: said.items, width: 90, align: "right", render: (_, one) => one.items },
      {
        key: "ended",
        title: said.ended,
        width: 130,
        render: (_, one) => (one.ended_at ? <TimeAgo at={one.ended_at} /> : "–"),
      },
    ],
    [said, language],
  );
}

function RoundFilters(props: {
  view: Record<"state" | "plan" | "from" | "to", string>;
  onView: (change: Partial<Record<"state" | "plan" | "from" | "to", string>>) => void;
}) {
  const { view, onView } = props;
  const said = useWords(words);
  const plans = useAll<InspectionView>("/duty/inspections");
  return (
    <div className="kit-filters">
      <Segmented
        aria-label={said.state}
        value={view.state}
        options={[
          { value: "", label: said.every_state },
          ...STATES.map((value) => ({ value, label: said[value] })),
        ]}
        onChange={(state) => onView({ state })}
      />
      <Select
        aria-label={said.plan}
        style={{ minWidth: 180 }}
        showSearch={{ optionFilterProp: "label" }}
        value={view.plan}
        options={[
          { value: "", label: said.every_plan },
          ...plans.items.map((one) => ({ value: one.id, label: one.inspection.name })),
        ]}
        onChange={(plan) => onView({ plan })}
      />
      {(["from", "to"] as const).map((end) => (
        <span key={end} className="duty-end">
          <span aria-hidden>{said[end]}</span>
          <DayInput label={said[end]} value={view[end]} onChange={(day) => onView({ [end]: day })} />
        </span>
      ))}
    </div>
  );
}

/** Inspections that are to be done, under way, missed and done. */
export default function RoundsPage() {
  const said = useWords(words);
  const works = useCan()("inspection.work") === null;
  const [view, setView] = useViewState(["state", "plan", "from", "to"]);
  const columns = useColumns();
  const list = useList<RoundView>("/duty/rounds", {
    state: view.state,
    inspection_id: view.plan,
    from: startOf(view.from),
    to: endOf(view.to),
  });
  return (
    <>
      <PageHeader title={said.rounds} about={said.rounds_about} />
      <div className="duty-page">
        {works ? <ForYou /> : null}
        <div>
          <RoundFilters view={view} onView={setView} />
          <ListTable
            label={said.rounds}
            columns={columns}
            list={list}
            rowKey={(row) => row.id}
            empty={said.rounds_empty}
            emptyAction={<LinkButton to={paths.inspections()}>{said.to_plans}</LinkButton>}
          />
        </div>
      </div>
    </>
  );
}
