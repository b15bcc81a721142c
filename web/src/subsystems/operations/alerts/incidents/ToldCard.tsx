import { useMemo } from "react";
import { Link } from "react-router";
import type {
  IncidentCallState,
  IncidentCallView,
  IncidentPageView,
  IncidentView,
} from "../../../../api/contract";
import { useItems } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { useText, useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { fill } from "../../../../kit/say";
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

const CALL_TONES: Record<IncidentCallState, Tone> = {
  waiting: "pending",
  not_started: "failed",
  running: "running",
  answered: "ok",
  exhausted: "critical",
  over: "disabled",
};

function Whom(props: { row: IncidentPageView }) {
  const { row } = props;
  const said = useWords(words);
  return row.call ? fill(said.chain_named, { name: row.recipient_name }) : row.recipient_name;
}

/** How far the call of a chain is, and why nobody is called. */
function CallReceipt(props: { call: IncidentCallView }) {
  const { state, answered_by: name, reason } = props.call;
  const said = useWords(words);
  const text = useText();
  const wording = name ? fill(said.call_answered_by, { name }) : said[`call_${state}`];
  return (
    <>
      <StateTag bare state={CALL_TONES[state]} text={wording} />
      {reason ? <div className="kit-quiet">{text(reason)}</div> : null}
    </>
  );
}

/** Where one sees more of it: the calls, or the message. */
function Policy(props: { row: IncidentPageView; opens: boolean }) {
  const { row, opens } = props;
  if (row.call) return <Link to={paths.escalation()}>{row.policy_name}</Link>;
  return opens ? <Link to={paths.message(row.message_id)}>{row.policy_name}</Link> : row.policy_name;
}

function columnsOf(said: Said<typeof words>, opens: boolean): Column<IncidentPageView>[] {
  return [
    { key: "whom", title: said.recipient, width: 160, render: (_, row) => <Whom row={row} /> },
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
          {row.call ? <CallReceipt call={row.call} /> : null}
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
      render: (_, row) => <Policy row={row} opens={opens} />,
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
