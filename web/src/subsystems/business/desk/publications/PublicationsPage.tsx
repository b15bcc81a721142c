import { Button, Segmented } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import type { PublicationState, PublicationView } from "../../../../api/contract";
import { useList } from "../../../../api/hooks";
import { useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import type { Tone } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { useViewState } from "../../../../kit/viewState";
import { paths } from "../../../../paths";
import { CompareDialog } from "./CompareDialog";
import { words } from "./words";
import "../desk.css";

const EVERY_MS = 30_000;
const STATES = ["proposed", "published", "withdrawn"] as const;
const TONES: Record<PublicationState, Tone> = {
  proposed: "pending",
  published: "ok",
  withdrawn: "disabled",
};

/** Who did something, and when. */
function Done(props: { by: string | null; at: string | null }) {
  if (!props.by) return "–";
  return (
    <>
      <div>{props.by}</div>
      <span className="kit-quiet">
        <TimeAgo at={props.at} />
      </span>
    </>
  );
}

/** Answers that are or were proposed for publication, or published. */
export default function PublicationsPage() {
  const said = useWords(words);
  const [view, setView] = useViewState(["state"]);
  const list = useList<PublicationView>("/publications", view, { every_ms: EVERY_MS });
  const [opened, setOpened] = useState<string | null>(null);
  // What others do meanwhile is taken over: the dialog shows the newest.
  const publication = list.items.find((one) => one.id === opened);
  const columns = useMemo<Column<PublicationView>[]>(
    () => [
      { key: "title", title: said.title, width: 300, dataIndex: "title" },
      {
        key: "ticket",
        title: said.ticket,
        width: 110,
        render: (_, one) => <Link to={paths.ticket(one.ticket_id)}>{one.ticket_number}</Link>,
      },
      {
        key: "state",
        title: said.state,
        width: 130,
        render: (_, one) => <StateTag state={TONES[one.state]} text={said[one.state]} />,
      },
      {
        key: "redacted",
        title: said.redacted_by,
        width: 140,
        render: (_, one) => <Done by={one.redacted_by} at={one.redacted_at} />,
      },
      {
        key: "approved",
        title: said.approved_by,
        width: 140,
        render: (_, one) => <Done by={one.approved_by} at={one.approved_at} />,
      },
      {
        key: "withdrawn",
        title: said.withdrawn_by,
        width: 140,
        render: (_, one) => <Done by={one.withdrawn_by} at={one.withdrawn_at} />,
      },
      {
        key: "actions",
        title: said.compare,
        width: 110,
        render: (_, one) => (
          <Button
            size="small"
            aria-label={fill(said.compare_of, { title: one.title })}
            onClick={() => setOpened(one.id)}
          >
            {said.compare}
          </Button>
        ),
      },
    ],
    [said],
  );
  return (
    <>
      <PageHeader title={said.publications} about={said.about} />
      <div className="kit-filters">
        <Segmented
          aria-label={said.state}
          value={view.state}
          options={[
            { value: "", label: said.every_state },
            ...STATES.map((value) => ({ value, label: said[value] })),
          ]}
          onChange={(state) => setView({ state })}
        />
      </div>
      <ListTable
        label={said.publications}
        columns={columns}
        list={list}
        rowKey={(one) => one.id}
        empty={said.empty}
      />
      {publication ? (
        <CompareDialog publication={publication} onClose={() => setOpened(null)} />
      ) : null}
    </>
  );
}
