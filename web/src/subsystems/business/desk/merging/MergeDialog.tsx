import { Alert, Form, Radio } from "antd";
import { useState } from "react";
import type { TicketPageView, TicketView } from "../../../../api/contract";
import { useChange, useOne } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useText, useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { StaleNotice, useOpenedVersion } from "../StaleNotice";
import { words as deskWords } from "../words";
import { TicketsSelect } from "./TicketsSelect";
import { words } from "./words";

interface Values {
  how: "into" | "others";
  master?: TicketView[];
  others?: TicketView[];
}

const AT_ONCE_MAX = 50;
const EVERY_MS = 5000;

/** What a merge will do, before it is done. */
function Outcome(props: { master: TicketView; merged: TicketView[] }) {
  const { merged } = props;
  const said = useWords(words);
  const text = useText();
  const master = props.master.number;
  const line = (one: TicketView) =>
    fill(one.phase === "closed" ? said.closed_already : said.is_closed, {
      number: one.number,
      state: text(one.state_name),
      master,
    });
  return (
    <Alert
      role="status"
      type={merged.some((one) => one.phase === "closed") ? "warning" : "info"}
      showIcon
      title={said.what_happens}
      description={
        <ul className="desk-outcome">
          {merged.map((one) => (
            <li key={one.id}>{line(one)}</li>
          ))}
          <li>{fill(said.entries_stay, { master })}</li>
          <li>{fill(said.all_told, { master })}</li>
          <li>{said.undone}</li>
        </ul>
      }
    />
  );
}

/** The ticket that others are merged into, as it is now: it may change while one chooses. */
function useFresh(chosen: TicketView | undefined): TicketView | undefined {
  const path = chosen ? `/tickets/${chosen.id}` : null;
  const read = useOne<TicketPageView>(path, {}, { every_ms: EVERY_MS }).value;
  return read && read.id === chosen?.id && read.version > chosen.version ? read : chosen;
}

/** Merges this ticket into another, or others into this one; says first what that does. */
export function MergeDialog(props: { ticket: TicketPageView; onClose: () => void }) {
  const { ticket, onClose } = props;
  const said = useWords(words);
  const desk = useWords(deskWords);
  const [version, setVersion] = useOpenedVersion(ticket);
  const [values, setValues] = useState<Values>({ how: "into" });
  const master = useFresh(values.how === "into" ? values.master?.[0] : undefined);
  const merge = useChange<TicketPageView, Values>(
    ({ how, others }) => {
      const into = how === "into" && master ? master : { id: ticket.id, version };
      const ids = how === "into" ? [ticket.id] : (others ?? []).map((one) => one.id);
      return {
        method: "POST",
        path: `/tickets/${into.id}/merges`,
        version: into.version,
        body: { ticket_ids: ids },
      };
    },
    { touches: ["journal", "ticket-counts"], onDone: onClose },
  );
  const required = [{ required: true, message: desk.required }];
  const merged = values.how === "into" ? [ticket] : (values.others ?? []);
  const goesOn = values.how === "into" ? master : ticket;
  return (
    <FormDialog<Values>
      open
      width={640}
      title={`${ticket.number} · ${said.merge}`}
      submit={merge}
      submitText={said.merge}
      initial={{ how: "into" }}
      onClose={onClose}
      onValues={setValues}
    >
      {values.how === "others" ? (
        <StaleNotice ticket={ticket} version={version} sending={merge} onTake={setVersion} />
      ) : null}
      <Form.Item name="how" label={said.merge_how}>
        <Radio.Group
          aria-label={said.merge_how}
          options={[
            { value: "into", label: said.merge_into },
            { value: "others", label: said.merge_others },
          ]}
        />
      </Form.Item>
      {values.how === "into" ? (
        <Form.Item key="master" name="master" label={said.master} rules={required}>
          <TicketsSelect label={said.master} most={1} without={ticket.id} />
        </Form.Item>
      ) : (
        <Form.Item key="others" name="others" label={said.others} rules={required}>
          <TicketsSelect label={said.others} most={AT_ONCE_MAX} without={ticket.id} />
        </Form.Item>
      )}
      {goesOn && merged.length > 0 ? <Outcome master={goesOn} merged={merged} /> : null}
    </FormDialog>
  );
}
