import { Link } from "react-router";
import type { IncidentView, Text } from "../../../../api/contract";
import type { Column } from "../../../../kit/ListTable";
import { fill } from "../../../../kit/say";
import type { Said } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { paths } from "../../../../paths";
import type { words } from "./words";

/** The columns of a list of incidents. */
export function incidentColumns(
  said: Said<typeof words>,
  text: (text: Text) => string,
): Column<IncidentView>[] {
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
      key: "incident",
      title: said.incident,
      width: 340,
      render: (_, row) => (
        <div className="alert-words">
          <Link to={paths.incident(row.id)}>{text(row.title)}</Link>
          <div className="kit-quiet">{row.verdict[1] ? text(row.verdict[1]) : null}</div>
        </div>
      ),
    },
    {
      key: "cause",
      title: said.cause,
      width: 190,
      render: (_, row) =>
        row.cause ? (
          <>
            <Link to={paths.resource(row.cause.id)}>{row.cause.name}</Link>
            <div className="kit-quiet">{said[`certainty_${row.certainty}`]}</div>
          </>
        ) : (
          <span className="kit-quiet">{said.no_cause}</span>
        ),
    },
    {
      key: "alerts",
      title: said.alerts,
      width: 170,
      render: (_, row) =>
        fill(row.beyond ? said.alerts_beyond : said.alerts_and, {
          alerts: String(row.alerts),
          follow: String(row.follow),
        }),
    },
    {
      key: "told",
      title: said.told,
      width: 110,
      render: (_, row) => fill(said.times, { count: String(row.told) }),
    },
    {
      key: "opened",
      title: said.opened,
      width: 130,
      render: (_, row) => <TimeAgo at={row.opened_at} />,
    },
    {
      key: "care",
      title: said.care,
      width: 140,
      render: (_, row) =>
        row.assignee ?? row.acknowledged?.by ?? <span className="kit-quiet">{said.nobody}</span>,
    },
  ];
}
