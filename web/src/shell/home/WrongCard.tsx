import { Skeleton } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { AlertView, CheckView, State } from "../../api/contract";
import { useList } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useText, useWords } from "../../kit/language";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { paths } from "../../paths";
import { words } from "./words";

const SHOWN_MAX = 8;
const PROBLEMS: State[] = ["critical", "warning", "unknown"];

function Line(props: { tag: ReactNode; title: ReactNode; about: ReactNode; at: string | null }) {
  return (
    <li className="home-line">
      <span className="home-line-tag">{props.tag}</span>
      <span className="home-line-words">
        {props.title}
        <span className="kit-quiet"> {props.about}</span>
      </span>
      <span className="kit-quiet">
        <TimeAgo at={props.at} />
      </span>
    </li>
  );
}

function AlertLine(props: { alert: AlertView }) {
  const { alert } = props;
  const said = useWords(words);
  const textOf = useText();
  return (
    <Line
      tag={<StateTag state={alert.severity} />}
      title={<Link to={paths.alert(alert.id)}>{textOf(alert.title)}</Link>}
      about={[alert.resource_name, alert.acknowledged ? said.acknowledged : null]
        .filter(Boolean)
        .join(" · ")}
      at={alert.raised_at}
    />
  );
}

function CheckLine(props: { check: CheckView }) {
  const { check } = props;
  const textOf = useText();
  return (
    <Line
      tag={<StateTag state={check.status.state} />}
      title={<Link to={paths.check(check.id)}>{check.name}</Link>}
      about={[check.resource_name, textOf(check.status.summary)].filter(Boolean).join(" · ")}
      at={check.status.since}
    />
  );
}

/** The checks that are not fine; the interface filters by one state at a time. */
function useProblemChecks() {
  const critical = useList<CheckView>("/checks", { state: PROBLEMS[0], limit: SHOWN_MAX });
  const warning = useList<CheckView>("/checks", { state: PROBLEMS[1], limit: SHOWN_MAX });
  const unknown = useList<CheckView>("/checks", { state: PROBLEMS[2], limit: SHOWN_MAX });
  const lists = [critical, warning, unknown];
  return {
    items: lists.flatMap((list) => list.items),
    loading: lists.some((list) => list.loading),
    problem: lists.find((list) => list.problem)?.problem ?? null,
    reload: () => lists.forEach((list) => list.reload()),
  };
}

/** Open alerts and problem checks; says so when there are none. */
export function WrongCard() {
  const said = useWords(words);
  const alerts = useList<AlertView>("/alerts", { state: "open", limit: SHOWN_MAX });
  const checks = useProblemChecks();
  const problem = alerts.problem ?? checks.problem;
  const loading = alerts.loading || checks.loading;
  const well = !problem && !loading && alerts.items.length === 0 && checks.items.length === 0;
  return (
    <Card
      title={said.wrong}
      extra={
        <span className="home-links">
          <Link to={paths.alerts()}>{said.all_alerts}</Link>
          <Link to={paths.checks()}>{said.all_checks}</Link>
        </span>
      }
    >
      <ErrorPanel
        problem={problem}
        onRetry={() => {
          alerts.reload();
          checks.reload();
        }}
      />
      {loading ? <Skeleton active title={false} /> : null}
      {well ? (
        <p className="home-well">
          <StateTag state="ok" text={said.all_well} />
          <span className="kit-quiet">{said.all_well_about}</span>
        </p>
      ) : null}
      {alerts.items.length > 0 ? (
        <>
          <h3 className="home-sub">{said.open_alerts}</h3>
          <ul className="home-lines">
            {alerts.items.slice(0, SHOWN_MAX).map((alert) => (
              <AlertLine key={alert.id} alert={alert} />
            ))}
          </ul>
        </>
      ) : null}
      {checks.items.length > 0 ? (
        <>
          <h3 className="home-sub">{said.problem_checks}</h3>
          <ul className="home-lines">
            {checks.items.slice(0, SHOWN_MAX).map((check) => (
              <CheckLine key={check.id} check={check} />
            ))}
          </ul>
        </>
      ) : null}
    </Card>
  );
}
