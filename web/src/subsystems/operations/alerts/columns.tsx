import { Link } from "react-router";
import type { AlertView, Language, Text } from "../../../api/contract";
import { formatSeconds } from "../../../kit/format";
import type { Column } from "../../../kit/ListTable";
import type { Said } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { FoundName } from "../../../platform/resources/FoundName";
import type { words } from "./words";

export interface AlertColumnsInput {
  said: Said<typeof words>;
  text: (text: Text) => string;
  language: Language;
  now_ms: number;
}

/** How long an alert has lasted, or did last. */
export function lastedOf(alert: AlertView, now_ms: number): number {
  const end_ms = alert.closed_at ? new Date(alert.closed_at).getTime() : now_ms;
  return Math.max(0, (end_ms - new Date(alert.raised_at).getTime()) / 1000);
}

/** The columns of a list of alerts. */
export function alertColumns(input: AlertColumnsInput): Column<AlertView>[] {
  const { said, text, language, now_ms } = input;
  return [
    {
      key: "severity",
      title: said.severity,
      width: 130,
      render: (_, row) => (
        <StateTag state={row.severity} text={said[row.severity]} bare={row.state === "closed"} />
      ),
    },
    {
      key: "alert",
      title: said.alert,
      width: 330,
      render: (_, row) => (
        <div className="alert-words">
          <Link to={paths.alert(row.id)}>{text(row.title)}</Link>
          <div className="kit-quiet">{text(row.summary)}</div>
        </div>
      ),
    },
    {
      key: "resource",
      title: said.resource,
      width: 190,
      render: (_, row) =>
        row.resource_id ? (
          <Link to={paths.resource(row.resource_id)}>
            <FoundName name={row.resource_name} />
          </Link>
        ) : (
          row.resource_name
        ),
    },
    {
      key: "raised",
      title: said.raised,
      width: 130,
      render: (_, row) => <TimeAgo at={row.raised_at} />,
    },
    {
      key: "lasted",
      title: said.lasted,
      width: 120,
      render: (_, row) => (
        <span className="kit-figure">{formatSeconds(lastedOf(row, now_ms), language)}</span>
      ),
    },
    {
      key: "care",
      title: said.care,
      width: 150,
      render: (_, row) =>
        row.acknowledged ? (
          <span title={row.acknowledged.comment ?? undefined}>{row.acknowledged.by}</span>
        ) : (
          <span className="kit-quiet">{said.not_acknowledged}</span>
        ),
    },
    {
      key: "state",
      title: said.state,
      width: 110,
      render: (_, row) => (
        <span className={row.state === "open" ? "" : "kit-quiet"}>{said[row.state]}</span>
      ),
    },
  ];
}
