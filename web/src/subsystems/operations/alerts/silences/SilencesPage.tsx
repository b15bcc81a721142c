import { PlusOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import type { ResourceView, SilenceView } from "../../../../api/contract";
import { useChange, useItems, useOne } from "../../../../api/hooks";
import { ConfirmDanger } from "../../../../kit/ConfirmDanger";
import { useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { Permitted } from "../../../../kit/Permitted";
import { fill } from "../../../../kit/say";
import type { Said } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import type { Tone } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { paths } from "../../../../paths";
import { useCan } from "../../../../shell/can";
import { SilenceDialog } from "./SilenceDialog";
import { words } from "./words";
import "../alerts.css";

const TONES: Record<SilenceView["state"], Tone> = {
  holds: "ok",
  waits: "pending",
  ended: "disabled",
};
const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

function About(props: { silence: SilenceView }) {
  const { silence } = props;
  const said = useWords(words);
  const { resource_id, weekly } = silence;
  const resource = useOne<ResourceView>(resource_id ? `/resources/${resource_id}` : null);
  const name = resource.value?.name ?? resource_id ?? "";
  const days = DAYS.filter((day) => weekly?.days.includes(day));
  return (
    <div className="alert-words">
      {resource_id ? (
        <Link to={paths.resource(resource_id)}>
          {silence.neighbourhood ? fill(said.with_neighbours, { name }) : name}
        </Link>
      ) : null}
      {silence.matchers.map((one) => (
        <div key={`${one.label}${one.operator}${one.value}`}>
          <code>
            {one.label}
            {one.operator}
            {one.value}
          </code>
        </div>
      ))}
      {weekly ? (
        <div className="kit-quiet">
          {fill(said.weekly_text, {
            days: days.map((day) => said[`day_${day}`]).join(" "),
            from: weekly.from,
            minutes: String(weekly.minutes),
          })}
        </div>
      ) : null}
    </div>
  );
}

function Controls(props: { silence: SilenceView; onEdit: (silence: SilenceView) => void }) {
  const { silence, onEdit } = props;
  const said = useWords(words);
  const refusal = useCan()("alert.silence");
  const end = useChange<SilenceView>(
    () => ({ method: "POST", path: `/silences/${silence.id}/end`, version: silence.version }),
    { touches: ["journal", "incidents"] },
  );
  if (silence.state === "ended") return null;
  return (
    <Space>
      <Permitted refusal={refusal}>
        <Button size="small" disabled={refusal !== null} onClick={() => onEdit(silence)}>
          {said.edit}
        </Button>
      </Permitted>
      <ConfirmDanger
        small
        action={said.end}
        title={fill(said.end_title, { reason: silence.reason })}
        running={end.isPending}
        problem={end.error}
        onConfirm={() => end.mutateAsync()}
        refusal={refusal}
      >
        {said.end_about}
      </ConfirmDanger>
    </Space>
  );
}

function columnsOf(
  said: Said<typeof words>,
  onEdit: (silence: SilenceView) => void,
): Column<SilenceView>[] {
  return [
    {
      key: "state",
      title: said.state,
      width: 120,
      render: (_, row) => <StateTag state={TONES[row.state]} text={said[`state_${row.state}`]} />,
    },
    { key: "reason", title: said.reason, width: 220, render: (_, row) => row.reason },
    { key: "about", title: said.about, width: 260, render: (_, row) => <About silence={row} /> },
    { key: "starts", title: said.starts, width: 120, render: (_, row) => <TimeAgo at={row.starts_at} /> },
    { key: "ends", title: said.ends, width: 120, render: (_, row) => <TimeAgo at={row.ends_at} /> },
    { key: "owner", title: said.owner, width: 120, render: (_, row) => row.owner },
    {
      key: "change",
      title: said.change,
      width: 190,
      render: (_, row) => <Controls silence={row} onEdit={onEdit} />,
    },
  ];
}

/** What is kept quiet, by whom, why and until when. */
export default function SilencesPage() {
  const said = useWords(words);
  const refusal = useCan()("alert.silence");
  const list = useItems<SilenceView>("/silences");
  const [edited, setEdited] = useState<SilenceView | "new" | null>(null);
  const columns = useMemo(() => columnsOf(said, setEdited), [said]);
  const make = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setEdited("new")}
      >
        {said.new_silence}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.silences} about={said.silences_about} actions={make} />
      <ListTable
        label={said.silences}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={said.empty}
      />
      {edited ? (
        <SilenceDialog
          silence={edited === "new" ? null : edited}
          onClose={() => setEdited(null)}
        />
      ) : null}
    </>
  );
}
