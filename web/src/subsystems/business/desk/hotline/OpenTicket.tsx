import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { Json, PhoneCallPageView, TicketPageView, TicketTypeView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { FormDialog } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { Permitted } from "../../../../kit/Permitted";
import { fill } from "../../../../kit/say";
import { paths } from "../../../../paths";
import { useCanEverywhere } from "../../../../shell/can";
import { Answer } from "../Answer";
import { outsideOf } from "./calls";
import type { Choice } from "./keptChoice";
import { words } from "./words";

interface Values {
  subject: string;
  fields?: Record<string, Json | undefined>;
}

/** Opens a ticket from a call: at once, or with what its type must be told. */
export function OpenTicket(props: {
  call: PhoneCallPageView;
  choice: Choice;
  type: TicketTypeView["type"] | undefined;
}) {
  const { call, choice, type } = props;
  const said = useWords(words);
  const navigate = useNavigate();
  const refused = useCanEverywhere()("ticket.create");
  const [asking, setAsking] = useState(false);
  const unset = choice.unit_id === "" || type === undefined ? said.choose_first : null;
  const refusal = refused ?? unset;
  const caller = call.person ?? (outsideOf(call) || said.unknown);
  const subject = fill(call.direction === "in" ? said.call_from : said.call_to, { caller });
  const required = type?.fields.filter((field) => field.required) ?? [];
  const open = useChange<TicketPageView, Values>(
    (values) => ({
      method: "POST",
      path: `/cti/calls/${call.id}/ticket`,
      body: {
        type: choice.type,
        unit_id: choice.unit_id,
        channel: "phone",
        content: { impact: "medium", urgency: "medium", fields: {}, ...values },
      },
    }),
    {
      touches: ["journal", "tickets", "ticket-counts"],
      onDone: (made) => void navigate(paths.ticket(made.id)),
    },
  );
  const start = () => {
    if (required.length > 0) setAsking(true);
    else open.mutate({ subject });
  };
  return (
    <>
      {asking ? null : <ErrorPanel problem={open.error} />}
      <Permitted refusal={refusal}>
        <Button
          type="primary"
          icon={<PlusOutlined />}
          disabled={refusal !== null}
          loading={open.isPending}
          onClick={start}
        >
          {said.open_ticket}
        </Button>
      </Permitted>
      {unset !== null && refused === null ? <p className="kit-quiet">{unset}</p> : null}
      {asking ? (
        <FormDialog<Values>
          open
          title={said.open_ticket}
          submitText={said.open_ticket}
          initial={{ subject }}
          submit={open}
          onClose={() => setAsking(false)}
        >
          <Form.Item
            name="subject"
            label={said.subject}
            rules={[{ required: true, message: said.required }]}
          >
            <Input maxLength={200} />
          </Form.Item>
          {required.map((field) => (
            <Answer key={field.key} field={field} />
          ))}
        </FormDialog>
      ) : null}
    </>
  );
}
