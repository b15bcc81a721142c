import { Form, Select } from "antd";
import { useState } from "react";
import type { TicketPageView, TicketView } from "../../../api/contract";
import { useChange, useList } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { StaleNotice, useOpenedVersion } from "./StaleNotice";
import { words } from "./words";

interface Values {
  kind: "parent" | "duplicate_of" | "caused_by" | "relates_to";
  other_id: string;
}

const KINDS = ["relates_to", "duplicate_of", "caused_by", "parent"] as const;
const FOUND_MAX = 20;

/** Finds another ticket by number or subject. */
function TicketSelect(props: {
  label: string;
  without: string;
  id?: string;
  value?: string;
  onChange?: (id: string) => void;
}) {
  const [q, setQ] = useState("");
  const found = useList<TicketView>("/tickets", { q, limit: FOUND_MAX });
  return (
    <Select
      {...(props.id === undefined ? {} : { id: props.id })}
      {...(props.value === undefined ? {} : { value: props.value })}
      {...(props.onChange === undefined ? {} : { onChange: props.onChange })}
      aria-label={props.label}
      placeholder={props.label}
      className="kit-wide"
      loading={found.loading}
      showSearch={{ filterOption: false, onSearch: setQ }}
      options={found.items
        .filter((one) => one.id !== props.without)
        .map((one) => ({ value: one.id, label: `${one.number} ${one.subject}` }))}
    />
  );
}

/** Links a ticket to another. */
export function LinkDialog(props: { ticket: TicketPageView; onClose: () => void }) {
  const { ticket, onClose } = props;
  const said = useWords(words);
  const [version, setVersion] = useOpenedVersion(ticket);
  const link = useChange<TicketPageView, Values>(
    (body) => ({ method: "POST", path: `/tickets/${ticket.id}/links`, version, body }),
    { touches: ["journal"], onDone: onClose },
  );
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<Values>
      open
      title={`${ticket.number} · ${said.link}`}
      submit={link}
      submitText={said.link}
      initial={{ kind: "relates_to" }}
      onClose={onClose}
    >
      <StaleNotice ticket={ticket} version={version} sending={link} onTake={setVersion} />
      <Form.Item name="kind" label={said.link_kind} rules={required}>
        <Select options={KINDS.map((value) => ({ value, label: said[value] }))} />
      </Form.Item>
      <Form.Item name="other_id" label={said.link_other} rules={required}>
        <TicketSelect label={said.link_other} without={ticket.id} />
      </Form.Item>
    </FormDialog>
  );
}
