import { PlusOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { useMemo, useState } from "react";
import type { DestinationView } from "../../api/contract";
import { useItems } from "../../api/hooks";
import { Figure } from "../../kit/Figure";
import { useText, useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import { Permitted } from "../../kit/Permitted";
import type { Said } from "../../kit/say";
import { useCan } from "../../shell/can";
import { DestinationDialog } from "./DestinationDialog";
import { DestinationStanding, DestinationState } from "./DestinationStanding";
import { RemoveDestination } from "./RemoveDestination";
import { words } from "./words";

const READ_EVERY_MS = 5_000;

/** Why samples wait; nothing while requests go well. */
function LastFailure(props: { destination: DestinationView }) {
  const textOf = useText();
  const said = props.destination.standing?.said;
  return said ? textOf(said) : "–";
}

function Actions(props: {
  destination: DestinationView;
  onEdit: (destination: DestinationView) => void;
}) {
  const { destination, onEdit } = props;
  const said = useWords(words);
  const refusal = useCan()("destination.change");
  return (
    <Space>
      <Permitted refusal={refusal}>
        <Button size="small" disabled={refusal !== null} onClick={() => onEdit(destination)}>
          {said.edit}
        </Button>
      </Permitted>
      <RemoveDestination destination={destination} />
    </Space>
  );
}

const FIGURES = [
  ["waiting", "samples_waiting", "count"],
  ["waiting_bytes", "bytes_waiting", "bytes"],
  ["oldest", "lag_s", "seconds"],
  ["rate", "samples_per_s", "per_s"],
] as const;

function columnsOf(
  said: Said<typeof words>,
  onEdit: (destination: DestinationView) => void,
): Column<DestinationView>[] {
  return [
    { key: "name", title: said.name, render: (_, one) => one.name },
    { key: "state", title: said.state, render: (_, one) => <DestinationState destination={one} /> },
    ...FIGURES.map(([word, field, unit]): Column<DestinationView> => ({
      key: word,
      title: said[word],
      align: "right",
      render: (_, one) => <Figure value={one.standing?.[field]} unit={unit} />,
    })),
    { key: "said", title: said.said, render: (_, one) => <LastFailure destination={one} /> },
    {
      key: "actions",
      title: "",
      align: "right",
      // A click on a button of the row unfolds nothing.
      onCell: () => ({ onClick: (event) => event.stopPropagation() }),
      render: (_, one) => <Actions destination={one} onEdit={onEdit} />,
    },
  ];
}

/** Where samples are forwarded to, and how that stands. */
export default function ForwardingPage() {
  const said = useWords(words);
  const refusal = useCan()("destination.change");
  const [open, setOpen] = useState<DestinationView | "new" | null>(null);
  const list = useItems<DestinationView>("/destinations", {}, { every_ms: READ_EVERY_MS });
  const columns = useMemo(() => columnsOf(said, setOpen), [said]);
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setOpen("new")}
      >
        {said.new}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.forwarding} about={said.forwarding_about} actions={create} />
      <ListTable<DestinationView>
        label={said.forwarding}
        columns={columns}
        list={list}
        rowKey={(destination) => destination.id}
        empty={said.empty}
        refusal={refusal}
        emptyAction={create}
        detail={(destination) => <DestinationStanding destination={destination} />}
      />
      {open ? (
        <DestinationDialog
          destination={open === "new" ? null : open}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </>
  );
}
