import { PlusOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import type { MailboxView, TicketTypeView } from "../../../../api/contract";
import { useItems } from "../../../../api/hooks";
import { useText, useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { Permitted } from "../../../../kit/Permitted";
import { StateTag } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { paths } from "../../../../paths";
import { UnitName } from "../../../../platform/directory/PlaceName";
import { useCan } from "../../../../shell/can";
import { MailboxDialog } from "./MailboxDialog";
import { RemoveMailbox } from "./RemoveMailbox";
import { TestMailbox } from "./TestMailbox";
import { words } from "./words";
import "../desk.css";

/** Reading goes on without facts as long as it works. */
const READ_EVERY_MS = 10_000;

function MailboxState(props: { one: MailboxView }) {
  const { mailbox, fault, failing_since, read_at } = props.one;
  const said = useWords(words);
  const text = useText();
  if (!mailbox.enabled) return <StateTag state="disabled" text={said.off} />;
  if (fault) {
    return (
      <>
        <StateTag state="critical" text={said.failing} />
        <div className="desk-text">{text(fault)}</div>
        <div className="kit-quiet">
          {said.failing_since} <TimeAgo at={failing_since} />
        </div>
      </>
    );
  }
  if (!read_at) return <StateTag state="pending" text={said.waiting} />;
  return <StateTag state="ok" text={said.works} />;
}

/** The mailboxes that are read, and how that goes. */
export default function MailboxesPage() {
  const said = useWords(words);
  const text = useText();
  const refusal = useCan()("desk.configure");
  const [edited, setEdited] = useState<{ mailbox: MailboxView | null } | null>(null);
  const list = useItems<MailboxView>("/mailboxes", {}, { every_ms: READ_EVERY_MS });
  const types = useItems<TicketTypeView>("/ticket-types");
  const columns = useMemo<Column<MailboxView>[]>(() => {
    const typeOf = (key: string) => types.items.find((one) => one.type.key === key)?.type.name;
    return [
      {
        key: "name",
        title: said.name,
        width: 200,
        render: (_, one) => (
          <>
            <div>{one.mailbox.name}</div>
            <div className="kit-quiet desk-address">{one.mailbox.address}</div>
          </>
        ),
      },
      { key: "state", title: said.state, width: 220, render: (_, one) => <MailboxState one={one} /> },
      {
        key: "read",
        title: said.read_at,
        width: 110,
        render: (_, one) => <TimeAgo at={one.read_at} />,
      },
      {
        key: "aside",
        title: said.set_aside,
        width: 100,
        render: (_, one) => <Link to={paths.mails({ mailbox: one.id })}>{one.set_aside}</Link>,
      },
      {
        key: "server",
        title: said.server,
        width: 190,
        render: (_, one) => (
          <div className="desk-address">
            {one.mailbox.user} @ {one.mailbox.host}:{one.mailbox.port}
          </div>
        ),
      },
      {
        key: "type",
        title: said.type,
        width: 150,
        render: (_, one) => (
          <>
            <div>{text(typeOf(one.mailbox.type)) || one.mailbox.type}</div>
            <div className="kit-quiet">
              <UnitName id={one.mailbox.unit_id} />
            </div>
          </>
        ),
      },
      {
        key: "actions",
        title: said.actions,
        width: 200,
        render: (_, one) => (
          <Space wrap>
            <TestMailbox mailbox={one} refusal={refusal} />
            <Permitted refusal={refusal}>
              <Button
                size="small"
                disabled={refusal !== null}
                onClick={() => setEdited({ mailbox: one })}
              >
                {said.edit}
              </Button>
            </Permitted>
            <RemoveMailbox mailbox={one} refusal={refusal} />
          </Space>
        ),
      },
    ];
  }, [said, text, refusal, types.items]);
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setEdited({ mailbox: null })}
      >
        {said.new_mailbox}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.mailboxes} about={said.about} actions={create} />
      <ListTable<MailboxView>
        label={said.mailboxes}
        columns={columns}
        list={list}
        rowKey={(one) => one.id}
        empty={said.empty}
        refusal={refusal}
        emptyAction={create}
      />
      {edited ? <MailboxDialog mailbox={edited.mailbox} onClose={() => setEdited(null)} /> : null}
    </>
  );
}
