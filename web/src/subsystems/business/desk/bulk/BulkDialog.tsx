import { Alert } from "antd";
import { useState } from "react";
import type {
  Items,
  TicketBulkResultView,
  TicketTypeView,
  TicketView,
} from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { actionOf, commonWays, isLikely, priorityOf } from "./bulk";
import type { BulkKind, BulkValues, CommonWay } from "./bulk";
import { BulkFields } from "./BulkFields";
import { words } from "./words";

const SHOWN_MAX = 8;

/** What is to be expected, as far as it is known before it is done. */
function Preview(props: {
  kind: BulkKind;
  tickets: TicketView[];
  types: TicketTypeView[];
  values: BulkValues;
  way: CommonWay | undefined;
}) {
  const { kind, tickets, types, values, way } = props;
  const said = useWords(words);
  const will = tickets.filter((one) => isLikely(kind, one, way));
  const not = tickets.filter((one) => !will.includes(one)).map((one) => one.number);
  const changes = tickets.flatMap(({ number, priority: before, type }) => {
    const after = priorityOf(types.find((one) => one.type.key === type), values);
    return kind !== "priority" || after === null || after === before
      ? []
      : [fill(said.to_priority, { number, before, after })];
  });
  const numbers = not.slice(0, SHOWN_MAX).join(", ") + (not.length > SHOWN_MAX ? " …" : "");
  return (
    <Alert
      role="status"
      type={not.length > 0 ? "warning" : "info"}
      showIcon
      title={said.preview}
      description={
        <>
          <ul className="desk-outcome">
            <li>{fill(said.will, { n: will.length })}</li>
            {not.length > 0 ? <li>{fill(said.will_not, { n: not.length, numbers })}</li> : null}
            {changes.slice(0, SHOWN_MAX).map((line) => (
              <li key={line}>{line}</li>
            ))}
            {changes.length > SHOWN_MAX ? (
              <li>{fill(said.and_more, { n: changes.length - SHOWN_MAX })}</li>
            ) : null}
          </ul>
          <div>{said.preview_about}</div>
        </>
      }
    />
  );
}

/** Does the same to several tickets; says first what is to be expected. */
export function BulkDialog(props: {
  kind: BulkKind;
  tickets: TicketView[];
  types: TicketTypeView[];
  onDone: (results: TicketBulkResultView[]) => void;
  onClose: () => void;
}) {
  const { kind, tickets, types, onDone, onClose } = props;
  const said = useWords(words);
  const first: BulkValues = kind === "assign" ? { to: "person" } : {};
  const [values, setValues] = useState(first);
  const ways = commonWays(tickets, types);
  const way = ways.find((one) => one.key === values.transition);
  const send = useChange<Items<TicketBulkResultView>, BulkValues>(
    (given) => ({
      method: "POST",
      path: "/tickets/bulk",
      body: {
        ticket_ids: tickets.map((one) => one.id),
        action: actionOf(kind, given),
      },
    }),
    {
      touches: ["journal", "ticket-counts", "ticket-figures"],
      onDone: ({ items }) => onDone(items),
    },
  );
  const ready = kind !== "move" || way !== undefined;
  return (
    <FormDialog<BulkValues>
      open
      width={640}
      title={fill(said.title_of, { action: said[kind], n: tickets.length })}
      submit={send}
      submitText={said.do_it}
      initial={first}
      onClose={onClose}
      onValues={setValues}
    >
      <BulkFields kind={kind} values={values} ways={ways} way={way} all={tickets.length} />
      {ready ? (
        <Preview kind={kind} tickets={tickets} types={types} values={values} way={way} />
      ) : null}
    </FormDialog>
  );
}
