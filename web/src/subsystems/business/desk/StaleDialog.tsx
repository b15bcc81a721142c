import { Button, Modal, Skeleton, Space } from "antd";
import type { TicketEntryView, TicketPageView } from "../../../api/contract";
import { useList, useOne } from "../../../api/hooks";
import { DescriptionList } from "../../../kit/DescriptionList";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useText, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { words as kitWords } from "../../../kit/words";
import { useTicketType } from "./answers";
import { chargeOf, TONES } from "./columns";
import { Entry } from "./Entry";
import type { Direct, Seen } from "./useDirect";
import { words } from "./words";

const SHOWN_MAX = 3;
const ENTRIES = 500;

/** How a ticket is now, and what was done to it last. */
function Newest(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const said = useWords(words);
  const text = useText();
  const type = useTicketType(ticket.type);
  const states = new Map(type?.states.map((one) => [one.key, text(one.name)]));
  const entries = useList<TicketEntryView>(`/tickets/${ticket.id}/entries`, { limit: ENTRIES });
  const items = [
    {
      key: "state",
      term: said.state,
      value: <StateTag state={TONES[ticket.phase]} text={text(ticket.state_name)} />,
    },
    { key: "unit", term: said.unit, value: text(ticket.unit.name) },
    { key: "charge", term: said.charge, value: chargeOf(ticket, text) ?? said.nobody },
  ];
  return (
    <>
      <DescriptionList columns={3} items={items} />
      <ul className="desk-list desk-newest">
        {entries.items.slice(-SHOWN_MAX).map((entry) => (
          <li key={entry.number}>
            <Entry entry={entry} states={states} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Says that somebody was quicker, what they did, and asks whether it is still to be done. */
export function StaleDialog(props: {
  /** What was refused. */
  seen: Seen;
  direct: Direct;
  sending: boolean;
  onSend: (fresh: TicketPageView) => void;
  onClose: () => void;
}) {
  const { seen, direct, sending, onSend, onClose } = props;
  const said = useWords(words);
  const kit = useWords(kitWords);
  const read = useOne<TicketPageView>(`/tickets/${seen.id}`);
  // What was read before is what was refused.
  const fresh = read.value && read.value.version > seen.version ? read.value : undefined;
  const possible = fresh !== undefined && (direct.still?.(fresh) ?? true);
  return (
    <Modal
      open
      title={said.stale}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={
        <Space wrap>
          <Button onClick={onClose}>{kit.cancel}</Button>
          <Button
            type="primary"
            disabled={!possible}
            loading={sending}
            onClick={() => {
              if (fresh) onSend(fresh);
            }}
          >
            {fill(said.do_anyway, { name: direct.name })}
          </Button>
        </Space>
      }
    >
      <ErrorPanel problem={read.problem} onRetry={read.reload} />
      <p>{fill(possible ? said.stale_ask : said.stale_gone, { name: direct.name })}</p>
      {fresh ? <Newest ticket={fresh} /> : <Skeleton active />}
    </Modal>
  );
}
