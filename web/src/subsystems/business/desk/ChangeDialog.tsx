import { Form } from "antd";
import type { FormInstance } from "antd";
import { useState } from "react";
import type { Json, TicketPageView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { useTicketType } from "./answers";
import { bodyOf, contentOf, mergeOf } from "./content";
import type { ContentValues, Difference } from "./content";
import { ContentFields } from "./ContentFields";
import { Differences } from "./Differences";
import { StaleNotice } from "./StaleNotice";
import { words } from "./words";

/** Changes what a ticket says. Where others changed it meanwhile, both texts are kept and shown. */
export function ChangeDialog(props: { ticket: TicketPageView; onClose: () => void }) {
  const { ticket, onClose } = props;
  const said = useWords(words);
  const type = useTicketType(ticket.type);
  const [form] = Form.useForm<ContentValues>();
  const [opened, setOpened] = useState(ticket);
  const [differences, setDifferences] = useState<Difference[]>([]);
  const was = contentOf(opened);
  const save = useChange<TicketPageView, ContentValues>(
    (values) => ({
      method: "PUT",
      path: `/tickets/${ticket.id}`,
      version: opened.version,
      body: bodyOf(values, was),
    }),
    { touches: ["journal", "ticket-counts"], onDone: onClose },
  );
  // Paths of answers are known at run time only.
  const plain: FormInstance = form;
  const put = (path: string[], value: Json) => plain.setFieldValue(path, value);
  const take = (fresh: TicketPageView) => {
    const mine = bodyOf(form.getFieldsValue(), was);
    const theirs = bodyOf(contentOf(fresh), contentOf(fresh));
    const found = mergeOf(bodyOf(was, was), theirs, mine);
    // What only the others changed is theirs; what both changed waits for who is here.
    for (const one of found) if (one.by === "them") put(one.path, one.theirs);
    setDifferences(found);
    setOpened(fresh);
  };
  return (
    <FormDialog<ContentValues>
      open
      form={form}
      width={720}
      title={`${ticket.number} · ${said.change}`}
      initial={was}
      submit={save}
      onClose={onClose}
    >
      <StaleNotice ticket={ticket} version={opened.version} sending={save} onTake={take} />
      <Differences ticket={opened} type={type} differences={differences} onPut={put} />
      <ContentFields type={type} known={[...opened.resources, ...ticket.resources]} />
    </FormDialog>
  );
}
