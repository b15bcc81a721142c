import { Button } from "antd";
import { useMemo, useState } from "react";
import type { WitnessedJournalView } from "../../api/contract";
import { useItems } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import type { Said } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { useCanEverywhere } from "../../shell/can";
import { BeginAnewDialog } from "./BeginAnewDialog";
import { words } from "./words";

const READ_EVERY_MS = 30_000;

function JournalState(props: { journal: WitnessedJournalView }) {
  const said = useWords(words);
  switch (props.journal.contradiction) {
    case null:
      return <StateTag state="ok" text={said.witness_agrees} />;
    case "fork":
      return <StateTag state="critical" text={said.witness_fork} />;
    case "rolled_back":
      return <StateTag state="critical" text={said.witness_rolled_back} />;
    default:
      return <StateTag state="critical" text={said.witness_keys_swapped} />;
  }
}

function columnsOf(
  said: Said<typeof words>,
  refusal: string | null,
  onAnew: (journal: WitnessedJournalView) => void,
): Column<WitnessedJournalView>[] {
  return [
    {
      key: "sender",
      title: said.witness_sender,
      width: 220,
      render: (_, journal) => (
        <>
          {journal.sender} <span className="kit-quiet kit-code">{journal.journal}</span>
        </>
      ),
    },
    {
      key: "state",
      title: said.witness_state,
      width: 260,
      render: (_, journal) => <JournalState journal={journal} />,
    },
    {
      key: "newest",
      title: said.witness_newest,
      width: 260,
      render: (_, journal) =>
        journal.checkpoint === null ? (
          said.witness_none_yet
        ) : (
          <>
            {fill(said.witness_until, { number: journal.checkpoint, seq: journal.seq ?? 0 })}{" "}
            <span className="kit-quiet">
              <TimeAgo at={journal.received_at} /> {journal.source}
            </span>
          </>
        ),
    },
    {
      key: "anew",
      title: "",
      width: 160,
      render: (_, journal) =>
        journal.contradiction === null ? null : (
          <Permitted refusal={refusal}>
            <Button size="small" disabled={refusal !== null} onClick={() => onAnew(journal)}>
              {said.witness_anew}
            </Button>
          </Permitted>
        ),
    },
  ];
}

/** The journals of other servers whose checkpoints this one remembers. */
export default function WitnessCard() {
  const said = useWords(words);
  const refusal = useCanEverywhere()("journal.change");
  const [anew, setAnew] = useState<WitnessedJournalView | null>(null);
  const list = useItems<WitnessedJournalView>(
    "/journal/witnessed",
    {},
    { every_ms: READ_EVERY_MS },
  );
  const columns = useMemo(() => columnsOf(said, refusal, setAnew), [said, refusal]);
  return (
    <Card title={said.witness}>
      <p className="kit-quiet">{said.witness_about}</p>
      <ListTable<WitnessedJournalView>
        label={said.witness}
        columns={columns}
        list={list}
        rowKey={(journal) => journal.journal}
        empty={said.witness_empty}
        size="small"
      />
      {anew ? <BeginAnewDialog journal={anew} onClose={() => setAnew(null)} /> : null}
    </Card>
  );
}
