import { PlusOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { useMemo, useState } from "react";
import type { CannedReplyBody, CannedReplyView, TicketTypeView } from "../../../../api/contract";
import { useChange, useItems } from "../../../../api/hooks";
import { ConfirmDanger } from "../../../../kit/ConfirmDanger";
import { useText, useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { Permitted } from "../../../../kit/Permitted";
import { fill } from "../../../../kit/say";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { usePlace } from "../../../../platform/directory/usePlace";
import { useCan } from "../../../../shell/can";
import { CannedDialog } from "./CannedDialog";
import { words } from "./words";
import "../desk.css";

function Remove(props: { reply: CannedReplyView; refusal: string | null }) {
  const { reply, refusal } = props;
  const said = useWords(words);
  const name = useText()(reply.reply.name);
  const remove = useChange<null>(
    () => ({ method: "DELETE", path: `/canned-replies/${reply.id}` }),
    { touches: ["journal", "tickets"] },
  );
  return (
    <ConfirmDanger
      small
      action={said.remove}
      title={fill(said.remove_of, { name })}
      running={remove.isPending}
      problem={remove.error}
      onConfirm={() => remove.mutateAsync()}
      refusal={refusal}
    >
      {said.remove_about}
    </ConfirmDanger>
  );
}

/** For which tickets a reply is. */
function ForWhich(props: { reply: CannedReplyBody }) {
  const { type_key, unit_id } = props.reply;
  const said = useWords(words);
  const text = useText();
  const types = useItems<TicketTypeView>("/ticket-types").items;
  const unit = usePlace("/units", unit_id);
  if (!type_key && !unit_id) return <span className="kit-quiet">{said.every_ticket}</span>;
  const type = types.find((one) => one.type.key === type_key);
  const parts = [
    type_key ? text(type?.type.name) || type_key : null,
    unit_id ? (unit.name ?? (unit.without ? said.unseen_unit : "")) : null,
  ];
  return <>{parts.filter(Boolean).join(" · ")}</>;
}

/** The replies that are written once and used often. */
export default function CannedPage() {
  const said = useWords(words);
  const text = useText();
  const refusal = useCan()("desk.configure");
  const list = useItems<CannedReplyView>("/canned-replies");
  const [edited, setEdited] = useState<{ reply: CannedReplyView | null } | null>(null);
  const columns = useMemo<Column<CannedReplyView>[]>(
    () => [
      { key: "name", title: said.name, width: 180, render: (_, one) => text(one.reply.name) },
      {
        key: "text",
        title: said.text,
        width: 380,
        render: (_, one) => <div className="desk-text desk-short">{text(one.reply.text)}</div>,
      },
      {
        key: "for",
        title: said.for_which,
        width: 180,
        render: (_, one) => <ForWhich reply={one.reply} />,
      },
      {
        key: "changed",
        title: said.changed,
        width: 120,
        render: (_, one) => <TimeAgo at={one.changed_at} />,
      },
      {
        key: "actions",
        title: said.actions,
        width: 160,
        render: (_, one) => (
          <Space>
            <Permitted refusal={refusal}>
              <Button
                size="small"
                disabled={refusal !== null}
                aria-label={fill(said.change_of, { name: text(one.reply.name) })}
                onClick={() => setEdited({ reply: one })}
              >
                {said.change}
              </Button>
            </Permitted>
            <Remove reply={one} refusal={refusal} />
          </Space>
        ),
      },
    ],
    [said, text, refusal],
  );
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setEdited({ reply: null })}
      >
        {said.new_reply}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.replies} about={said.about} actions={create} />
      <ListTable
        label={said.replies}
        columns={columns}
        list={list}
        rowKey={(one) => one.id}
        empty={said.empty}
        refusal={refusal}
        emptyAction={create}
      />
      {edited ? <CannedDialog reply={edited.reply} onClose={() => setEdited(null)} /> : null}
    </>
  );
}
