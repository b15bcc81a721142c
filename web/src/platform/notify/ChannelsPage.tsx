import { PlusOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { useMemo, useState } from "react";
import type { ChannelKindView, ChannelView } from "../../api/contract";
import { useItems } from "../../api/hooks";
import { useText, useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import { Permitted } from "../../kit/Permitted";
import type { Said } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { useCan } from "../../shell/can";
import { ChannelDialog } from "./ChannelDialog";
import { RemoveChannel } from "./RemoveChannel";
import { TestDialog } from "./TestDialog";
import { words } from "./words";
import "./notify.css";

const READ_EVERY_MS = 10_000;

type Dialog = { what: "edit" | "test"; channel: ChannelView } | { what: "new" } | null;

function ChannelState(props: { channel: ChannelView }) {
  const said = useWords(words);
  const { enabled, left_alone } = props.channel;
  if (!enabled) return <StateTag state="disabled" text={said.off} />;
  if (left_alone) return <StateTag state="warning" text={said.left_alone} />;
  return <StateTag state="ok" text={said.works} />;
}

/** When it was changed; what came with the product never was until somebody does. */
function Changed(props: { channel: ChannelView }) {
  const { kind, version, updated_at } = props.channel;
  return kind === "in_app" && version === 1 ? "–" : <TimeAgo at={updated_at} />;
}

function Actions(props: { channel: ChannelView; onOpen: (dialog: Dialog) => void }) {
  const { channel, onOpen } = props;
  const said = useWords(words);
  const refusal = useCan()("channel.change");
  return (
    <Space>
      {(["test", "edit"] as const).map((what) => (
        <Permitted key={what} refusal={refusal}>
          <Button
            size="small"
            disabled={refusal !== null}
            onClick={() => onOpen({ what, channel })}
          >
            {said[what]}
          </Button>
        </Permitted>
      ))}
      <RemoveChannel channel={channel} />
    </Space>
  );
}

/** The channel that came with the product goes by its word, as long as nobody renamed it. */
function nameOf({ kind, name }: ChannelView, said: Said<typeof words>): string {
  return kind === "in_app" && name === words.way_in_app.en ? said.way_in_app : name;
}

function columnsOf(
  said: Said<typeof words>,
  titleOf: (kind: string) => string,
  onOpen: (dialog: Dialog) => void,
): Column<ChannelView>[] {
  return [
    { key: "name", title: said.name, render: (_, channel) => nameOf(channel, said) },
    { key: "kind", title: said.kind, render: (_, channel) => titleOf(channel.kind) },
    { key: "state", title: said.state, render: (_, one) => <ChannelState channel={one} /> },
    { key: "waiting", title: said.waiting, align: "right", render: (_, one) => one.waiting },
    { key: "rate", title: said.rate, align: "right", render: (_, one) => one.rate_per_minute },
    {
      key: "updated",
      title: said.updated,
      render: (_, one) => <Changed channel={one} />,
    },
    {
      key: "actions",
      title: "",
      align: "right",
      render: (_, channel) => <Actions channel={channel} onOpen={onOpen} />,
    },
  ];
}

/** The ways by which messages leave. */
export default function ChannelsPage() {
  const said = useWords(words);
  const textOf = useText();
  const refusal = useCan()("channel.change");
  const [dialog, setDialog] = useState<Dialog>(null);
  const list = useItems<ChannelView>("/channels", {}, { every_ms: READ_EVERY_MS });
  const kinds = useItems<ChannelKindView>("/channel-kinds");
  const columns = useMemo(() => {
    const titles = new Map(kinds.items.map((one) => [one.name, textOf(one.title)]));
    return columnsOf(said, (kind) => titles.get(kind) ?? kind, setDialog);
  }, [said, textOf, kinds.items]);
  const close = () => setDialog(null);
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setDialog({ what: "new" })}
      >
        {said.channel_new}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.channels} about={said.channels_about} actions={create} />
      <ListTable<ChannelView>
        label={said.channels}
        columns={columns}
        list={list}
        rowKey={(channel) => channel.id}
        empty={said.channels_empty}
        refusal={refusal}
        emptyAction={create}
      />
      {dialog?.what === "new" ? <ChannelDialog channel={null} onClose={close} /> : null}
      {dialog?.what === "edit" ? <ChannelDialog channel={dialog.channel} onClose={close} /> : null}
      {dialog?.what === "test" ? <TestDialog channel={dialog.channel} onClose={close} /> : null}
    </>
  );
}
