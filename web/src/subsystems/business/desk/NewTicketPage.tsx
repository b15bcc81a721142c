import { Form, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { TicketPageView, TicketTypeView } from "../../../api/contract";
import { useChange, useItems } from "../../../api/hooks";
import { FormPage } from "../../../kit/Form";
import { useText, useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { paths } from "../../../paths";
import { UnitSelect } from "../../../platform/directory/PlaceSelect";
import { useCan } from "../../../shell/can";
import { typingSlots } from "../../../shell/deskSlots";
import { bodyOf } from "./content";
import type { ContentValues } from "./content";
import { ContentFields } from "./ContentFields";
import { SimilarTickets } from "./merging/SimilarTickets";
import { TypingSlots } from "./Slots";
import { words } from "./words";
import "./desk.css";

type Values = Partial<ContentValues> &
  Pick<ContentValues, "impact" | "urgency"> & { type: string; unit_id?: string; channel: string };

const FIRST: Values = { type: "request", channel: "portal", impact: "low", urgency: "low" };

/** What was typed, as a note on a ticket that is there already. */
function noteOf({ subject, text, requester }: Values): string {
  const asks = [requester?.name, requester?.contact].filter(Boolean).join(" · ");
  return [subject, text, asks].filter(Boolean).join("\n\n");
}

const CHANNELS = ["portal", "phone", "mail", "letter", "walk_in", "mailbox"] as const;

/** Opens a ticket, with the form of its type. */
export default function NewTicketPage() {
  const said = useWords(words);
  const text = useText();
  const navigate = useNavigate();
  const refusal = useCan()("ticket.create");
  const types = useItems<TicketTypeView>("/ticket-types").items.filter((one) => one.type.enabled);
  const [typed, setTyped] = useState<Values>(FIRST);
  const type = types.find((one) => one.type.key === typed.type);
  const required = [{ required: true, message: said.required }];
  const create = useChange<TicketPageView, Values>(
    (values) => {
      const { type: kind, unit_id, channel, ...content } = values;
      const body = { type: kind, unit_id, channel, content: bodyOf({ subject: "", ...content }, null) };
      return { method: "POST", path: "/tickets", body };
    },
    {
      touches: ["journal", "ticket-counts"],
      onDone: (made) => void navigate(paths.ticket(made.id)),
    },
  );
  return (
    <>
      <PageHeader title={said.new_ticket} about={said.new_about} />
      <div className="desk-form">
        <FormPage<Values>
          initial={FIRST}
          submit={create}
          submitText={said.new_ticket}
          refusal={refusal}
          onValues={setTyped}
        >
          <Form.Item name="type" label={said.type} rules={required}>
            <Select
              options={types.map((one) => ({ value: one.type.key, label: text(one.type.name) }))}
            />
          </Form.Item>
          <ContentFields type={type?.type}>
            <TypingSlots
              slots={typingSlots}
              subject={typed.subject ?? ""}
              text={typed.text ?? ""}
            />
            <SimilarTickets
              wanted={{
                type: typed.type,
                subject: typed.subject ?? "",
                text: typed.text ?? "",
                region_id: typed.region_id ?? null,
              }}
              note={noteOf(typed)}
            />
            <Form.Item name="unit_id" label={said.unit} rules={required}>
              <UnitSelect label={said.unit} />
            </Form.Item>
          </ContentFields>
          <Form.Item name="channel" label={said.channel}>
            <Select options={CHANNELS.map((value) => ({ value, label: said[value] }))} />
          </Form.Item>
        </FormPage>
      </div>
    </>
  );
}
