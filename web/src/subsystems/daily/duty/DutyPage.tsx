import { LeftOutlined, PlusOutlined, RightOutlined } from "@ant-design/icons";
import { Button, Empty, Segmented, Select, Space } from "antd";
import { Link } from "react-router";
import type { RosterView, SpanView, StretchView } from "../../../api/contract";
import { useAll, useChange, useItems, useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useLanguage, useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useNow } from "../../../kit/TimeAgo";
import { useViewState } from "../../../kit/viewState";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { dayWords, firstOf, midnightIn, neighbour, wallOf } from "./days";
import { DutyCalendar } from "./DutyCalendar";
import { FairnessTable } from "./FairnessTable";
import { Overrides } from "./Overrides";
import { ProblemList } from "./ProblemList";
import { Qualifications } from "./Qualifications";
import { words } from "./words";
import "./duty.css";

const EVERY_MS = 60_000;

/** Who is on now, in the roster. */
function OnNow(props: { roster: RosterView }) {
  const said = useWords(words);
  const list = useItems<SpanView>(
    "/duty/on-duty",
    { roster_id: props.roster.id },
    { every_ms: EVERY_MS },
  );
  const on = list.items.filter((span) => span.person !== null);
  return (
    <Card title={said.on_now}>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {on.length === 0 ? <p className="kit-quiet">{said.on_now_none}</p> : null}
      <ul className="duty-now">
        {on.map((span) => (
          <li key={`${span.position} ${span.shift} ${span.seat} ${span.from}`}>
            <strong>{span.person?.name}</strong>
            {span.position_name} · {span.shift_name}{" "}
            <span className="kit-quiet">
              {fill(said.until, { time: wallOf(span.to, props.roster.roster.zone).time })}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function RosterActions(props: { roster: RosterView }) {
  const { roster } = props;
  const said = useWords(words);
  const refusal = useCan()("duty.change");
  const retire = useChange<null>(
    () => ({ method: "DELETE", path: `/duty/rosters/${roster.id}`, version: roster.version }),
    { touches: ["journal"] },
  );
  return (
    <Space wrap>
      <Permitted refusal={refusal}>
        <Link to={paths.rosterEdit(roster.id)}>
          <Button disabled={refusal !== null}>{said.edit_roster}</Button>
        </Link>
      </Permitted>
      <ConfirmDanger
        action={said.retire}
        title={fill(said.retire_title, { name: roster.roster.name })}
        running={retire.isPending}
        problem={retire.error}
        refusal={refusal}
        onConfirm={() => retire.mutateAsync()}
      >
        {said.retire_about}
      </ConfirmDanger>
    </Space>
  );
}

function RosterBoard(props: { roster: RosterView }) {
  const { roster } = props;
  const said = useWords(words);
  const language = useLanguage();
  const [state, setState] = useViewState(["view", "day"]);
  const view = state.view === "month" ? "month" : "week";
  const { zone } = roster.roster;
  const now_ms = useNow();
  const today = wallOf(new Date(now_ms).toISOString(), zone).day;
  const first = firstOf(state.day || today, view);
  const from = midnightIn(first, zone);
  const to = midnightIn(neighbour(first, view, 1), zone);
  const stretch = useOne<StretchView>(`/duty/rosters/${roster.id}/spans`, { from, to });
  const move = (step: 1 | -1) => setState({ day: neighbour(first, view, step) });
  return (
    <div className="duty-page">
      <OnNow roster={roster} />
      <Card title={said.calendar}>
        <div className="duty-head">
          <Segmented
            aria-label={said.view}
            value={view}
            onChange={(chosen) => setState({ view: chosen === "month" ? "month" : "" })}
            options={[
              { value: "week", label: said.week },
              { value: "month", label: said.month },
            ]}
          />
          <Space.Compact>
            <Button icon={<LeftOutlined />} aria-label={said.earlier} onClick={() => move(-1)} />
            <Button onClick={() => setState({ day: "" })}>{said.today}</Button>
            <Button icon={<RightOutlined />} aria-label={said.later} onClick={() => move(1)} />
          </Space.Compact>
          <strong aria-live="polite">{dayWords(first, language)}</strong>
          <span className="kit-quiet">{zone}</span>
        </div>
        <ErrorPanel problem={stretch.problem} onRetry={stretch.reload} />
        {stretch.value ? (
          <DutyCalendar stretch={stretch.value} first={first} view={view} />
        ) : null}
      </Card>
      <Card title={said.problems}>
        <ProblemList problems={stretch.value?.problems ?? []} zone={zone} roster={roster.id} />
      </Card>
      <Card title={said.overrides}>
        <Overrides roster={roster} />
      </Card>
      <Card title={said.fairness}>
        <FairnessTable roster={roster.id} from={from} to={to} />
      </Card>
      <Card title={said.qualified}>
        <Qualifications />
      </Card>
    </div>
  );
}

/** A roster as a calendar, with what is wrong ahead and how duty is shared out. */
export default function DutyPage() {
  const said = useWords(words);
  const refusal = useCan()("duty.change");
  const [state, setState] = useViewState(["roster"]);
  const list = useAll<RosterView>("/duty/rosters");
  const chosen = list.items.find((one) => one.id === state.roster) ?? list.items[0];
  const create = (
    <Permitted refusal={refusal}>
      <Link to={paths.rosterNew()}>
        <Button type="primary" icon={<PlusOutlined />} disabled={refusal !== null}>
          {said.new_roster}
        </Button>
      </Link>
    </Permitted>
  );
  const options = list.items.map((one) => ({ value: one.id, label: one.roster.name }));
  return (
    <>
      <PageHeader title={said.duty} about={said.duty_about} actions={create} />
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {chosen ? (
        <>
          <div className="duty-head">
            <Select
              aria-label={said.roster_choose}
              style={{ minWidth: 220 }}
              showSearch={{ optionFilterProp: "label" }}
              value={chosen.id}
              options={options}
              onChange={(roster: string) => setState({ roster })}
            />
            <RosterActions roster={chosen} />
          </div>
          <RosterBoard key={chosen.id} roster={chosen} />
        </>
      ) : null}
      {!chosen && !list.loading && !list.problem ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.rosters_empty}>
          {refusal === null ? create : null}
        </Empty>
      ) : null}
    </>
  );
}
