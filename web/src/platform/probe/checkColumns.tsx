import { Link } from "react-router";
import type { CheckView } from "../../api/contract";
import { Figure } from "../../kit/Figure";
import type { Column } from "../../kit/ListTable";
import type { Said } from "../../kit/say";
import { fill } from "../../kit/say";
import { Sparkline } from "../../kit/Sparkline";
import type { Point } from "../../kit/align";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import type { Text } from "../../api/contract";
import { paths } from "../../paths";
import { FoundName } from "../resources/FoundName";
import { CheckName } from "./CheckName";
import type { words } from "./words";

export interface CheckColumnsInput {
  said: Said<typeof words>;
  text: (text: Text | null) => string;
  /** Durations of the last hour by check. */
  trends: Map<string, Point[]>;
  /** False on the page of the resource itself. */
  resources: boolean;
}

/** The columns of a list of checks. */
export function checkColumns({ said, text, trends, resources }: CheckColumnsInput) {
  const columns: Column<CheckView>[] = [
    {
      key: "state",
      title: said.state,
      width: 120,
      render: (_, row) =>
        row.enabled ? <StateTag state={row.status.state} /> : <StateTag state="disabled" />,
    },
    {
      key: "name",
      title: said.name,
      width: 180,
      render: (_, row) => (
        <>
          <Link to={paths.check(row.id)}>
            <CheckName check={row} />
          </Link>
          <div className="kit-quiet check-protocol">{row.protocol}</div>
        </>
      ),
    },
    {
      key: "resource",
      title: said.resource,
      width: 180,
      render: (_, row) => (
        <Link to={paths.resource(row.resource_id)}>
          <FoundName name={row.resource_name} />
        </Link>
      ),
    },
    {
      key: "answer",
      title: said.answer,
      width: 300,
      render: (_, row) => <div className="check-answer">{text(row.status.summary)}</div>,
    },
    {
      key: "duration",
      title: said.duration,
      width: 100,
      align: "right",
      render: (_, row) => <Figure value={row.status.duration_s} unit="seconds" />,
    },
    {
      key: "trend",
      title: said.trend,
      width: 140,
      render: (_, row) => (
        <Sparkline
          points={trends.get(row.id) ?? []}
          low={0}
          label={fill(said.trend_of, { name: row.name })}
        />
      ),
    },
    {
      key: "last",
      title: said.last_run,
      width: 120,
      render: (_, row) => <TimeAgo at={row.status.last_run_at} />,
    },
  ];
  return columns.filter((column) => resources || column.key !== "resource");
}
