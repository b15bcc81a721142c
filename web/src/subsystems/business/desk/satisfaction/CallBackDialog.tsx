import { Alert, Form, Input, InputNumber, Radio } from "antd";
import { useState } from "react";
import type { TicketCallResult, TicketPageView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { StaleNotice, useOpenedVersion } from "../StaleNotice";
import { words as deskWords } from "../words";
import { words } from "./words";

interface Values {
  result?: TicketCallResult;
  text?: string;
  days?: number;
}

const RESULTS = ["satisfied", "neutral", "dissatisfied"] as const;
const DAY_MS = 86_400_000;

/** Records what somebody says who was called back; dissatisfied opens the ticket again. */
export function CallBackDialog(props: { ticket: TicketPageView; onClose: () => void }) {
  const { ticket, onClose } = props;
  const said = useWords(words);
  const desk = useWords(deskWords);
  const [version, setVersion] = useOpenedVersion(ticket);
  const [badly, setBadly] = useState(false);
  const call = useChange<TicketPageView, Values>(
    ({ result, text, days }) => ({
      method: "POST",
      path: `/tickets/${ticket.id}/call-backs`,
      version,
      body: {
        result,
        text: text ?? "",
        due_at: badly ? new Date(Date.now() + (days ?? 1) * DAY_MS).toISOString() : null,
      },
    }),
    { touches: ["journal", "ticket-counts"], onDone: onClose },
  );
  const required = [{ required: true, message: desk.required }];
  return (
    <FormDialog<Values>
      open
      title={`${ticket.number} · ${said.call_back}`}
      submit={call}
      onClose={onClose}
      onValues={({ result }) => setBadly(result === "dissatisfied")}
    >
      <StaleNotice ticket={ticket} version={version} sending={call} onTake={setVersion} />
      <p className="kit-quiet">{said.call_back_about}</p>
      <Form.Item name="result" label={said.result} rules={required}>
        <Radio.Group
          aria-label={said.result}
          options={RESULTS.map((value) => ({ value, label: said[value] }))}
        />
      </Form.Item>
      {badly ? <Alert type="warning" showIcon className="kit-error" title={said.reopens} /> : null}
      <Form.Item
        name="text"
        label={said.said_text}
        rules={badly ? [{ required: true, message: said.said_needed }] : []}
      >
        <Input.TextArea rows={4} maxLength={4000} />
      </Form.Item>
      {badly ? (
        <Form.Item name="days" label={said.due_days} rules={required} initialValue={3}>
          <InputNumber min={1} max={365} precision={0} />
        </Form.Item>
      ) : null}
    </FormDialog>
  );
}
