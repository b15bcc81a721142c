import { Form, Radio } from "antd";
import { useState } from "react";
import type { TicketPageView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { PersonSelect, PostSelect } from "../../../platform/directory/people/PostSelect";
import { StaleNotice, useOpenedVersion } from "./StaleNotice";
import { words } from "./words";

interface Values {
  to: "person" | "post" | "nobody";
  person_id?: string;
  post_id?: string;
}

/** Gives a ticket to a person, a post or nobody. */
export function AssignDialog(props: { ticket: TicketPageView; onClose: () => void }) {
  const { ticket, onClose } = props;
  const said = useWords(words);
  const [version, setVersion] = useOpenedVersion(ticket);
  const [to, setTo] = useState<Values["to"]>("person");
  const give = useChange<TicketPageView, Values>(
    ({ person_id, post_id }) => ({
      method: "POST",
      path: `/tickets/${ticket.id}/assignment`,
      version,
      body: {
        person_id: (to === "person" && person_id) || null,
        post_id: (to === "post" && post_id) || null,
      },
    }),
    { touches: ["journal", "ticket-counts"], onDone: onClose },
  );
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<Values>
      open
      title={`${ticket.number} · ${said.assign}`}
      submit={give}
      submitText={said.assign}
      initial={{ to: "person" }}
      onClose={onClose}
      onValues={(values) => setTo(values.to)}
    >
      <StaleNotice ticket={ticket} version={version} sending={give} onTake={setVersion} />
      <Form.Item name="to" label={said.assign_to}>
        <Radio.Group
          aria-label={said.assign_to}
          options={[
            { value: "person", label: said.assign_person },
            { value: "post", label: said.assign_post },
            { value: "nobody", label: said.assign_nobody },
          ]}
        />
      </Form.Item>
      {to === "person" ? (
        <Form.Item name="person_id" label={said.assign_person} rules={required}>
          <PersonSelect label={said.assign_person} />
        </Form.Item>
      ) : null}
      {to === "post" ? (
        <Form.Item name="post_id" label={said.assign_post} rules={required}>
          <PostSelect label={said.assign_post} />
        </Form.Item>
      ) : null}
    </FormDialog>
  );
}
