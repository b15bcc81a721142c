import { Table } from "antd";
import type { DeliveryView } from "../../api/contract";
import { useWords } from "../../kit/language";
import { TimeAgo } from "../../kit/TimeAgo";
import { MessageStateTag, OutcomeTag } from "./MessageStateTag";
import { words } from "./words";

/** One way by which a message goes: each try, and what the far side said. */
export function Delivery(props: { delivery: DeliveryView }) {
  const { delivery } = props;
  const said = useWords(words);
  return (
    <section className="notify-delivery" aria-label={delivery.channel_name}>
      <div className="notify-delivery-head">
        <strong>{delivery.channel_name}</strong>
        {delivery.address ? <code>{delivery.address}</code> : null}
        <MessageStateTag state={delivery.state} />
        {delivery.due_at ? (
          <span className="kit-quiet">
            {said.due} <TimeAgo at={delivery.due_at} />
          </span>
        ) : null}
      </div>
      <Table
        size="small"
        pagination={false}
        rowKey="number"
        dataSource={delivery.attempts}
        locale={{ emptyText: said.attempts_empty }}
        columns={[
          { title: said.number, dataIndex: "number", width: 64, align: "right" },
          { title: said.at, render: (_, one) => <TimeAgo at={one.started_at} /> },
          { title: said.outcome, render: (_, one) => <OutcomeTag outcome={one.outcome} /> },
          { title: said.code, render: (_, one) => <code>{one.code || "–"}</code> },
          {
            title: said.answer,
            render: (_, one) => <span className="notify-answer">{one.said || "–"}</span>,
          },
        ]}
      />
    </section>
  );
}
