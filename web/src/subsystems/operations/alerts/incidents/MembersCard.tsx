import { Button, Checkbox } from "antd";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { IncidentAlertView, IncidentView } from "../../../../api/contract";
import { useChange, useItems } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useText, useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { Permitted } from "../../../../kit/Permitted";
import { StateTag } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { paths } from "../../../../paths";
import { useCan } from "../../../../shell/can";
import { words } from "./words";

const EVERY_MS = 10_000;

interface Chosen {
  ids: string[];
  turn: (id: string) => void;
}

function useColumns(chosen: Chosen): Column<IncidentAlertView>[] {
  const said = useWords(words);
  const text = useText();
  return useMemo(
    () => [
      {
        key: "chosen",
        title: "",
        width: 40,
        render: (_, { alert }) => (
          <Checkbox
            aria-label={`${alert.resource_name} ${text(alert.title)}`}
            checked={chosen.ids.includes(alert.id)}
            onChange={() => chosen.turn(alert.id)}
          />
        ),
      },
      {
        key: "severity",
        title: said.severity,
        width: 120,
        render: (_, { alert }) => (
          <StateTag state={alert.severity} text={said[alert.severity]} bare={alert.state === "closed"} />
        ),
      },
      {
        key: "alert",
        title: said.alerts,
        width: 300,
        render: (_, { alert }) => (
          <div className="alert-words">
            <Link to={paths.alert(alert.id)}>{text(alert.title)}</Link>
            <div className="kit-quiet">{alert.resource_name}</div>
          </div>
        ),
      },
      {
        key: "part",
        title: said.cause,
        width: 140,
        render: (_, row) => (
          <>
            {row.root ? said.root : said.follows}
            {row.silenced_by ? <div className="kit-quiet">{said.silenced}</div> : null}
          </>
        ),
      },
      {
        key: "state",
        title: said.state,
        width: 100,
        render: (_, { alert }) => said[alert.state],
      },
      {
        key: "opened",
        title: said.opened,
        width: 120,
        render: (_, { alert }) => <TimeAgo at={alert.raised_at} />,
      },
    ],
    [said, text, chosen],
  );
}

/** The alerts of an incident, what is wrong first; some can be split off. */
export function MembersCard(props: { incident: IncidentView }) {
  const { incident } = props;
  const said = useWords(words);
  const navigate = useNavigate();
  const refusal = useCan()("alert.correct");
  const [ids, setIds] = useState<string[]>([]);
  const list = useItems<IncidentAlertView>(`/incidents/${incident.id}/alerts`, {}, { every_ms: EVERY_MS });
  const chosen = useMemo(
    () => ({
      ids,
      turn: (id: string) =>
        setIds((known) => (known.includes(id) ? known.filter((one) => one !== id) : [...known, id])),
    }),
    [ids],
  );
  const columns = useColumns(chosen);
  const split = useChange<IncidentView>(
    () => ({
      method: "POST",
      path: `/incidents/${incident.id}/split`,
      version: incident.version,
      body: { alerts: ids },
    }),
    { touches: ["journal", "incident-lessons"], onDone: (made) => void navigate(paths.incident(made.id)) },
  );
  const closed = refusal !== null || ids.length === 0 || incident.state === "closed";
  return (
    <Card
      title={said.members}
      extra={
        <Permitted refusal={refusal}>
          <Button disabled={closed} loading={split.isPending} onClick={() => split.mutate()}>
            {said.split}
          </Button>
        </Permitted>
      }
    >
      <ErrorPanel problem={split.error} />
      {ids.length > 0 ? <p className="kit-quiet">{said.split_about}</p> : null}
      <ListTable
        label={said.members}
        columns={columns}
        list={list}
        rowKey={(row) => row.alert.id}
        empty={said.empty}
        size="small"
      />
    </Card>
  );
}
