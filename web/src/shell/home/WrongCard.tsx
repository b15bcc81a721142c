import { Skeleton } from "antd";
import { Link } from "react-router";
import type { AlertView, CheckView, State } from "../../api/contract";
import { useList } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useText, useWords } from "../../kit/language";
import { StateTag } from "../../kit/StateTag";
import { paths } from "../../paths";
import { CheckName } from "../../platform/probe/CheckName";
import { useCan } from "../can";
import { Line } from "./Line";
import { words } from "./words";

const SHOWN_MAX = 8;
const PROBLEMS: State[] = ["critical", "warning", "unknown"];

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
      title={
        <Link to={paths.check(check.id)}>
          <CheckName check={check} />
        </Link>
      }
      about={[check.resource_name, textOf(check.status.summary)].filter(Boolean).join(" · ")}
      at={check.status.since}
    />
  );
}

function inState(state: State | undefined) {
  return { state, limit: SHOWN_MAX };
}

/** The checks that are not fine; the interface filters by one state at a time. */
function useProblemChecks(enabled: boolean) {
  const critical = useList<CheckView>("/checks", inState(PROBLEMS[0]), { enabled });
  const warning = useList<CheckView>("/checks", inState(PROBLEMS[1]), { enabled });
  const unknown = useList<CheckView>("/checks", inState(PROBLEMS[2]), { enabled });
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
  const can = useCan();
  const [sees_alerts, sees_checks] = [can("alert.read") === null, can("check.read") === null];
  const open = { state: "open", limit: SHOWN_MAX };
  const alerts = useList<AlertView>("/alerts", open, { enabled: sees_alerts });
  const checks = useProblemChecks(sees_checks);
  const problem = alerts.problem ?? checks.problem;
  const loading = alerts.loading || checks.loading;
  const well = !problem && !loading && alerts.items.length === 0 && checks.items.length === 0;
  return (
    <Card
      title={said.wrong}
      extra={
        <span className="home-links">
          {sees_alerts ? <Link to={paths.alerts()}>{said.all_alerts}</Link> : null}
          {sees_checks ? <Link to={paths.checks()}>{said.all_checks}</Link> : null}
        </span>
      }
    >
      <ErrorPanel
        problem={problem}
        onRetry={() => {
          if (sees_alerts) alerts.reload();
          if (sees_checks) checks.reload();
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
