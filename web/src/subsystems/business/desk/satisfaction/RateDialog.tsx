import { Form, Input, Radio } from "antd";
import type { TicketPageView, TicketRatingView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { words as deskWords } from "../words";
import { words } from "./words";

interface Values {
  score?: number;
  text?: string;
}

const SCORES = [5, 4, 3, 2, 1] as const;

/** Rates a ticket that one asked for oneself. */
export function RateDialog(props: { ticket: TicketPageView; onClose: () => void }) {
  const { ticket, onClose } = props;
  const said = useWords(words);
  const desk = useWords(deskWords);
  const rate = useChange<TicketRatingView, Values>(
    ({ score, text }) => ({
      method: "POST",
      path: `/tickets/${ticket.id}/rating`,
      body: { score, text: text ?? "" },
    }),
    { touches: ["journal", "ticket-figures"], onDone: onClose },
  );
  return (
    <FormDialog<Values>
      open
      title={`${ticket.number} · ${said.rate}`}
      submit={rate}
      onClose={onClose}
    >
      <Form.Item
        name="score"
        label={said.score}
        extra={said.rate_about}
        rules={[{ required: true, message: desk.required }]}
      >
        <Radio.Group
          aria-label={said.score}
          options={SCORES.map((value) => ({ value, label: said[`score_${value}`] }))}
        />
      </Form.Item>
      <Form.Item name="text" label={said.rating_text}>
        <Input.TextArea rows={4} maxLength={4000} />
      </Form.Item>
    </FormDialog>
  );
}
