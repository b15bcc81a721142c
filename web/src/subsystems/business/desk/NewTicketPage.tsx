import { Form, Input, InputNumber, Radio, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { TicketFieldView, TicketPageView, TicketTypeView } from "../../../api/contract";
import { useChange, useItems } from "../../../api/hooks";
import { FormPage } from "../../../kit/Form";
import { useText, useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { paths } from "../../../paths";
import { RegionSelect, UnitSelect } from "../../../platform/directory/PlaceSelect";
import { useCan } from "../../../shell/can";
import { words } from "./words";
import "./desk.css";

interface Values {
  type: string;
  unit_id: string;
  channel: string;
  subject: string;
  text?: string;
  requester?: { name?: string; contact?: string };
  region_id?: string | null;
  impact: string;
  urgency: string;
  fields?: Record<string, string | number | boolean | null | undefined>;
}

const CHANNELS = ["portal", "phone", "mail", "letter", "walk_in", "mailbox"] as const;
const LEVELS = ["high", "medium", "low"] as const;

function Answer(props: { field: TicketFieldView }) {
  const { field } = props;
  const said = useWords(words);
  const text = useText();
  const input = () => {
    switch (field.kind) {
      case "text":
        return <Input maxLength={200} />;
      case "long_text":
        return <Input.TextArea rows={3} maxLength={10_000} />;
      case "number":
        return <InputNumber />;
      case "date":
        return <Input type="date" />;
      case "choice":
        return (
          <Select
            allowClear
            options={field.choices.map((one) => ({ value: one.key, label: text(one.name) }))}
          />
        );
      case "yes_no":
        return (
          <Radio.Group
            aria-label={text(field.name)}
            options={[
              { value: true, label: said.yes },
              { value: false, label: said.no },
            ]}
          />
        );
    }
  };
  return (
    <Form.Item
      name={["fields", field.key]}
      label={text(field.name)}
      rules={[{ required: field.required, message: said.required }]}
    >
      {input()}
    </Form.Item>
  );
}

/** Opens a ticket, with the form of its type. */
export default function NewTicketPage() {
  const said = useWords(words);
  const text = useText();
  const navigate = useNavigate();
  const refusal = useCan()("ticket.create");
  const types = useItems<TicketTypeView>("/ticket-types").items.filter((one) => one.type.enabled);
  const [chosen, setChosen] = useState("request");
  const type = types.find((one) => one.type.key === chosen);
  const required = [{ required: true, message: said.required }];
  const create = useChange<TicketPageView, Values>(
    (values) => {
      const { type: kind, unit_id, channel, fields, ...content } = values;
      const given = Object.entries(fields ?? {}).filter(([, value]) => value !== undefined);
      const body = {
        type: kind,
        unit_id,
        channel,
        content: { ...content, fields: Object.fromEntries(given) },
      };
      return { method: "POST", path: "/tickets", body };
    },
    {
      touches: ["journal", "ticket-counts"],
      onDone: (made) => void navigate(paths.ticket(made.id)),
    },
  );
  const levels = LEVELS.map((value) => ({ value, label: said[value] }));
  return (
    <>
      <PageHeader title={said.new_ticket} about={said.new_about} />
      <div className="desk-form">
        <FormPage<Values>
          initial={{ type: "request", channel: "portal", impact: "low", urgency: "low" }}
          submit={create}
          submitText={said.new_ticket}
          refusal={refusal}
          onValues={(values) => setChosen(values.type)}
        >
          <Form.Item name="type" label={said.type} rules={required}>
            <Select
              options={types.map((one) => ({ value: one.type.key, label: text(one.type.name) }))}
            />
          </Form.Item>
          <Form.Item name="subject" label={said.subject} rules={required}>
            <Input maxLength={200} />
          </Form.Item>
          <Form.Item name="text" label={said.text}>
            <Input.TextArea rows={5} maxLength={50_000} />
          </Form.Item>
          {type?.type.fields.map((field) => <Answer key={`${chosen} ${field.key}`} field={field} />)}
          <Form.Item name="unit_id" label={said.unit} rules={required}>
            <UnitSelect label={said.unit} />
          </Form.Item>
          <Form.Item name="region_id" label={said.region}>
            <RegionSelect label={said.region} />
          </Form.Item>
          <Form.Item name="impact" label={said.impact} rules={required}>
            <Radio.Group aria-label={said.impact} options={levels} />
          </Form.Item>
          <Form.Item name="urgency" label={said.urgency} rules={required}>
            <Radio.Group aria-label={said.urgency} options={levels} />
          </Form.Item>
          <Form.Item name={["requester", "name"]} label={`${said.requester} · ${said.requester_name}`}>
            <Input maxLength={200} />
          </Form.Item>
          <Form.Item name={["requester", "contact"]} label={`${said.requester} · ${said.contact}`}>
            <Input maxLength={200} />
          </Form.Item>
          <Form.Item name="channel" label={said.channel}>
            <Select options={CHANNELS.map((value) => ({ value, label: said[value] }))} />
          </Form.Item>
        </FormPage>
      </div>
    </>
  );
}
