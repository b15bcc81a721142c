import { LeftOutlined, PlusOutlined, RightOutlined } from "@ant-design/icons";
import { Alert, Button, Segmented, Select, Space } from "antd";
import { useMemo, useState } from "react";
import type { WorkItemView, WorkPeriod, WorkState } from "../../../../api/contract";
import { useList } from "../../../../api/hooks";
import { dayOf } from "../../../../kit/days";
import { useLanguage, useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { Permitted } from "../../../../kit/Permitted";
import { useNow } from "../../../../kit/TimeAgo";
import { useViewState } from "../../../../kit/viewState";
import { UnitSelect } from "../../../../platform/directory/PlaceSelect";
import { useCan } from "../../../../shell/can";
import { useSession } from "../../../../shell/session";
import { CourseDialog } from "./CourseDialog";
import { ItemDialog } from "./ItemDialog";
import { PERIODS, periodBeside, periodStart, periodWords } from "./period";
import { useItemColumns } from "./useItemColumns";
import { useOwnUnit } from "./useOwnUnit";
import { words } from "./words";
import "../duty.css";
import "./workplans.css";

const STATES: WorkState[] = ["open", "doing", "done", "dropped", "carried"];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether it is a day of the calendar: addresses are typed by hand, too. */
function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}

interface View {
  whose: "mine" | "unit";
  period: WorkPeriod;
  /** The first day of what is looked at. */
  first: string;
  unit: string;
  state: string;
}

/** What is looked at, from the address; the unit is one's own until another is chosen. */
function useView(): [View, (change: Record<string, string>) => void] {
  const [state, setState] = useViewState(["whose", "period", "day", "unit", "state"]);
  const own = useOwnUnit();
  const reads = useCan()("work-plan.read") === null;
  const period = PERIODS.find((one) => one === state.period) ?? "week";
  const today = dayOf(new Date(useNow()));
  const day = isDay(state.day) ? state.day : today;
  // "-" stands for every unit: an empty one is one's own.
  const unit = state.unit === "-" ? "" : state.unit || own;
  const whose = state.whose === "unit" && reads ? "unit" : "mine";
  return [{ whose, period, first: periodStart(day, period), unit, state: state.state }, setState];
}

function Filters(props: { view: View; onView: (change: Record<string, string>) => void }) {
  const { view, onView } = props;
  const said = useWords(words);
  const language = useLanguage();
  const refusal = useCan()("work-plan.read");
  const units = useCan()("directory.read") === null;
  const move = (step: 1 | -1) => onView({ day: periodBeside(view.first, view.period, step) });
  return (
    <div className="kit-filters">
      <Segmented
        aria-label={said.whose}
        value={view.whose}
        options={[
          { value: "mine", label: said.mine },
          { value: "unit", label: said.of_unit, disabled: refusal !== null, title: refusal ?? "" },
        ]}
        onChange={(whose) => onView({ whose: whose === "unit" ? "unit" : "" })}
      />
      <Segmented
        aria-label={said.period}
        value={view.period}
        options={PERIODS.map((value) => ({ value, label: said[value] }))}
        onChange={(period) => onView({ period: period === "week" ? "" : period })}
      />
      <Space.Compact>
        <Button icon={<LeftOutlined />} aria-label={said.earlier} onClick={() => move(-1)} />
        <Button onClick={() => onView({ day: "" })}>{said.this_one}</Button>
        <Button icon={<RightOutlined />} aria-label={said.later} onClick={() => move(1)} />
      </Space.Compact>
      <strong aria-live="polite">{periodWords(view.first, view.period, language)}</strong>
      {view.whose === "unit" && units ? (
        <span className="workplans-unit">
          <UnitSelect
            label={said.every_unit}
            value={view.unit}
            onChange={(unit) => onView({ unit: unit ?? "-" })}
          />
        </span>
      ) : null}
      <Select
        aria-label={said.state}
        style={{ minWidth: 130 }}
        value={view.state}
        options={[
          { value: "", label: said.every_state },
          ...STATES.map((value) => ({ value, label: said[value] })),
        ]}
        onChange={(state) => onView({ state })}
      />
    </div>
  );
}

/** What is planned for a week, a month or a year: one's own, or the unit's. */
export default function WorkPlansPage() {
  const said = useWords(words);
  const { user } = useSession();
  const refusal = useCan()("work-plan.change");
  const [view, setView] = useView();
  const [edited, setEdited] = useState<WorkItemView | "new" | null>(null);
  const [followed, setFollowed] = useState<WorkItemView | null>(null);
  const mine = view.whose === "mine";
  const query = useMemo(
    () => ({
      period: view.period,
      day: view.first,
      state: view.state,
      unit_id: mine ? "" : view.unit,
    }),
    [view.period, view.first, view.state, view.unit, mine],
  );
  const list = useList<WorkItemView>(mine ? "/duty/work-items/mine" : "/duty/work-items", query);
  const columns = useItemColumns({ onEdit: setEdited, onFollow: setFollowed });
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setEdited("new")}
      >
        {said.new_item}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.work_plans} about={said.work_plans_about} actions={create} />
      <Filters view={view} onView={setView} />
      {mine && !user.person_id ? <Alert type="info" role="status" showIcon title={said.no_person} /> : null}
      <ListTable
        label={said.work_plans}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={mine ? said.mine_empty : said.unit_empty}
        emptyAction={refusal === null ? create : null}
      />
      {edited ? (
        <ItemDialog
          one={edited === "new" ? null : edited}
          at={{
            period: view.period,
            day: view.first,
            unit_id: view.unit,
            owner_id: mine ? (user.person_id ?? "") : "",
          }}
          onClose={() => setEdited(null)}
        />
      ) : null}
      {followed ? (
        <CourseDialog one={followed} whose={view.whose} onClose={() => setFollowed(null)} />
      ) : null}
    </>
  );
}
