import { CheckCircleFilled } from "@ant-design/icons";
import { Link } from "react-router";
import type { AlertView, ResourceView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useText, useWords } from "../../../kit/language";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { words } from "./words";
import "./alerts.css";

const EVERY_MS = 15_000;

/** What is wrong with one resource now. */
export default function ResourceAlerts(props: { resource: ResourceView }) {
  const resource_id = props.resource.id;
  const said = useWords(words);
  const text = useText();
  const list = useList<AlertView>("/alerts", { resource_id, state: "open" }, { every_ms: EVERY_MS });
  const all = <Link to={paths.alerts({ resource_id, state: "all" })}>{said.every}</Link>;
  return (
    <Card title={said.open_here} extra={all}>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {list.items.length === 0 && !list.loading && !list.problem ? (
        <p className="alert-none">
          <CheckCircleFilled aria-hidden /> {said.none_here}
        </p>
      ) : null}
      <ul className="alert-list">
        {list.items.map((alert) => (
          <li key={alert.id}>
            <StateTag state={alert.severity} text={said[alert.severity]} />
            <div className="alert-words">
              <Link to={paths.alert(alert.id)}>{text(alert.title)}</Link>
              <div className="kit-quiet">
                <TimeAgo at={alert.raised_at} />
                {alert.acknowledged ? ` · ${said.acknowledged}` : ""}
              </div>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
