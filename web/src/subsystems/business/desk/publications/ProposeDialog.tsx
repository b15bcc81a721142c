import { Alert, App, Form, Input } from "antd";
import { useState } from "react";
import type { PublicationView, TicketEntryView, TicketPageView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { words as deskWords } from "../words";
import { leaksOf } from "./leaks";
import { Original, Redacted } from "./Original";
import { words } from "./words";

interface Values {
  title?: string;
  text?: string;
}

/** Proposes a redacted copy of an answer for publication, written beside the original. */
export function ProposeDialog(props: {
  ticket: TicketPageView;
  entry: TicketEntryView;
  onClose: () => void;
}) {
  const { ticket, entry, onClose } = props;
  const said = useWords(words);
  const desk = useWords(deskWords);
  const { message } = App.useApp();
  const first = {
    title: ticket.subject,
    text: [ticket.text, entry.text].filter(Boolean).join("\n\n"),
  };
  const [values, setValues] = useState<Values>(first);
  const { title = "", text = "" } = values;
  const leaks = leaksOf(`${title}\n${text}`, ticket.requester);
  const propose = useChange<PublicationView, Values>(
    (body) => ({
      method: "POST",
      path: `/tickets/${ticket.id}/publications`,
      body: { ...body, entry: entry.number },
    }),
    {
      touches: ["journal", "publications"],
      onDone: () => {
        void message.success(said.proposed_done);
        onClose();
      },
    },
  );
  const required = [{ required: true, message: desk.required }];
  return (
    <FormDialog<Values>
      open
      width={960}
      title={`${ticket.number} · ${said.propose}`}
      submit={propose}
      submitText={said.propose}
      initial={first}
      onClose={onClose}
      onValues={setValues}
    >
      <p className="kit-quiet">{said.propose_about}</p>
      <div className="desk-sides">
        <Original ticket={ticket} answer={entry.text} />
        <div>
          <Form.Item name="title" label={said.title} rules={required}>
            <Input maxLength={200} />
          </Form.Item>
          <Form.Item name="text" label={said.text} rules={required}>
            <Input.TextArea rows={9} maxLength={20_000} />
          </Form.Item>
        </div>
      </div>
      <div role="status">
        {leaks.length > 0 ? (
          <Alert
            type="warning"
            showIcon
            className="kit-error"
            title={fill(said.leaks, { what: leaks.join(", ") })}
          />
        ) : null}
      </div>
      <Redacted title={title} text={text} heading={said.redacted} />
    </FormDialog>
  );
}
