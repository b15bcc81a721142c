import { Form, Input, Select } from "antd";
import { useNavigate } from "react-router";
import type { TicketEntryView, TicketPageView, TicketTypeView } from "../../../../api/contract";
import { useChange, useItems } from "../../../../api/hooks";
import { filledIn } from "../../../../kit/days";
import { FormDialog } from "../../../../kit/Form";
import { useText, useWords } from "../../../../kit/language";
import { paths } from "../../../../paths";
import { UnitSelect } from "../../../../platform/directory/PlaceSelect";
import { StaleNotice, useOpenedVersion } from "../StaleNotice";
import { words as deskWords } from "../words";
import { words } from "./words";

interface Values {
  subject: string;
  type?: string;
  unit_id?: string | null;
}

const SUBJECT_MAX = 200;

/** The first line of a text, as far as a subject goes. */
function firstLine(text: string): string {
  return (text.trim().split("\n")[0] ?? "").slice(0, SUBJECT_MAX);
}

/** Makes a ticket of its own of what one entry says. */
export function SplitDialog(props: {
  ticket: TicketPageView;
  entry: TicketEntryView;
  onClose: () => void;
}) {
  const { ticket, entry, onClose } = props;
  const said = useWords(words);
  const desk = useWords(deskWords);
  const text = useText();
  const navigate = useNavigate();
  const [version, setVersion] = useOpenedVersion(ticket);
  const types = useItems<TicketTypeView>("/ticket-types").items.filter((one) => one.type.enabled);
  const split = useChange<TicketPageView, Values>(
    (values) => ({
      method: "POST",
      path: `/tickets/${ticket.id}/entries/${entry.number}/split`,
      version,
      body: filledIn({ ...values, unit_id: values.unit_id ?? "" }),
    }),
    {
      touches: ["journal", "ticket-counts"],
      onDone: (part) => {
        onClose();
        void navigate(paths.ticket(part.id));
      },
    },
  );
  const required = [{ required: true, message: desk.required }];
  return (
    <FormDialog<Values>
      open
      title={`${ticket.number} · ${said.split_title}`}
      submit={split}
      submitText={said.split}
      initial={{ subject: firstLine(entry.text), type: ticket.type, unit_id: ticket.unit.id }}
      onClose={onClose}
    >
      <StaleNotice ticket={ticket} version={version} sending={split} onTake={setVersion} />
      <p className="kit-quiet">{said.split_about}</p>
      <section className="desk-quote desk-text" aria-label={said.entry_text}>
        {entry.text}
      </section>
      <Form.Item name="subject" label={desk.subject} rules={required}>
        <Input maxLength={SUBJECT_MAX} />
      </Form.Item>
      <Form.Item name="type" label={desk.type} rules={required}>
        <Select
          options={types.map((one) => ({ value: one.type.key, label: text(one.type.name) }))}
        />
      </Form.Item>
      <Form.Item name="unit_id" label={desk.unit} rules={required}>
        <UnitSelect label={desk.unit} />
      </Form.Item>
    </FormDialog>
  );
}
