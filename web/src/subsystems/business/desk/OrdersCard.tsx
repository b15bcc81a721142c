import { Button, Space } from "antd";
import { useState } from "react";
import type { TicketExtensionView, TicketPageView } from "../../../api/contract";
import { Card } from "../../../kit/Card";
import { useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { BesideDialog } from "./BesideDialog";
import { useDirect } from "./useDirect";
import { words } from "./words";

function Decide(props: { ticket: TicketPageView; extension: TicketExtensionView }) {
  const { ticket, extension } = props;
  const said = useWords(words);
  const { send, pending, dialog } = useDirect();
  const decide = (granted: boolean) =>
    send(ticket, {
      name: granted ? said.grant : said.refuse,
      method: "POST",
      path: `extensions/${extension.number}/decision`,
      body: { granted },
      still: (fresh) =>
        fresh.extensions.some((one) => one.number === extension.number && one.state === "asked"),
    });
  const disabled = !ticket.may_assign || pending;
  return (
    <Permitted refusal={ticket.may_assign ? null : said.not_permitted}>
      <Space>
        <Button size="small" disabled={disabled} onClick={() => decide(true)}>
          {said.grant}
        </Button>
        <Button size="small" disabled={disabled} onClick={() => decide(false)}>
          {said.refuse}
        </Button>
      </Space>
      {dialog}
    </Permitted>
  );
}

function stateOf(extension: TicketExtensionView): "asked" | "granted" | "refused" {
  if (extension.state === "granted" || extension.state === "refused") return extension.state;
  return "asked";
}

/** Orders of supervision and requests for more time. */
export function OrdersCard(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const said = useWords(words);
  const [reporting, setReporting] = useState<number | null>(null);
  if (ticket.orders.length + ticket.extensions.length === 0) return null;
  return (
    <Card title={said.orders}>
      <ul className="desk-list">
        {ticket.orders.map((order) => (
          <li key={`order ${order.number}`}>
            <strong>{said.order}</strong> · {order.ordered_by} · {said.due_at}{" "}
            <TimeAgo at={order.due_at} />{" "}
            <StateTag
              state={order.reported_at ? "ok" : "warning"}
              text={order.reported_at ? said.reported : said.open_order}
            />
            <div className="desk-text">{order.text}</div>
            {order.report ? <div className="desk-text">{order.report}</div> : null}
            {order.reported_at ? null : (
              <Permitted refusal={ticket.may_work ? null : said.not_permitted}>
                <Button
                  size="small"
                  disabled={!ticket.may_work}
                  onClick={() => setReporting(order.number)}
                >
                  {said.report}
                </Button>
              </Permitted>
            )}
          </li>
        ))}
        {ticket.extensions.map((one) => (
          <li key={`extension ${one.number}`}>
            <strong>{said.extension}</strong> · {fill(said.minutes, { n: one.minutes })} ·{" "}
            {one.asked_by} · {said[stateOf(one)]}
            <div className="desk-text">{one.reason}</div>
            {one.state === "asked" ? <Decide ticket={ticket} extension={one} /> : null}
          </li>
        ))}
      </ul>
      {reporting === null ? null : (
        <BesideDialog
          ticket={ticket}
          beside={{ kind: "report", number: reporting }}
          onClose={() => setReporting(null)}
        />
      )}
    </Card>
  );
}
