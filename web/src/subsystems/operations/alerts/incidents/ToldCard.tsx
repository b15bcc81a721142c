import { useMemo } from "react";
import { Link } from "react-router";
import type { IncidentPageView, IncidentView } from "../../../../api/contract";
import { useItems } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import type { Said } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import type { Tone } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { paths } from "../../../../paths";
import { useCan } from "../../../../shell/can";
import { words } from "./words";

const EVERY_MS = 10_000;
const TONES: Record<NonNullable<IncidentPageView["state"]>, Tone> = {
  new: "pending",
  queued: "running",
  sent: "ok",
  failed: "failed",
  suppressed: "disabled",
  expanded: "ok",
};

function columnsOf(said: Said<typeof words>, opens: boolean): Column<IncidentPageView>[] {
  return [
    { key: "whom", title: said.recipient, width: 160, render: (_, row) => row.recipient_name },
    {
      key: "why",
      title: said.occasion,
      width: 170,
      render: (_, row) => said[`occasion_${row.occasion}`],
    },
    {
      key: "receipt",
      title: said.receipt,
      width: 220,
      render: (_, row) => (
        <>
          {row.state ? (
            <StateTag bare state={TONES[row.state]} text={said[`message_${row.state}`]} />
          ) : null}
          {row.receipt ? <div className="kit-quiet">{row.receipt}</div> : null}
        </>
      ),
    },
    {
      key: "policy",
      title: said.policy,
      width: 150,
      render: (_, row) =>
        opens ? <Link to={paths.message(row.message_id)}>{row.policy_name}</Link> : row.policy_name,
    },
    { key: "at", title: said.when, width: 130, render: (_, row) => <TimeAgo at={row.at} /> },
  ];
}

/** Who was told of an incident, why, and what the far side said. */
export function ToldCard(props: { incident: IncidentView }) {
  const said = useWords(words);
  const opens = useCan()("message.read") === null;
  const path = `/incidents/${props.incident.id}/pages`;
  const list = useItems<IncidentPageView>(path, {}, { every_ms: EVERY_MS });
  const columns = useMemo(() => columnsOf(said, opens), [said, opens]);
  return (
    <Card title={said.pages}>
      <ListTable
        label={said.pages}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={said.pages_none}
        size="small"
      />
    </Card>
  );
}
