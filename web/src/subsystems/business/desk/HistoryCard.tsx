import { Button, Space, Timeline } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { TicketEntryView, TicketPageView } from "../../../api/contract";
import { Card } from "../../../kit/Card";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useText, useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { words as kitWords } from "../../../kit/words";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { useTicketType } from "./answers";
import { Entry } from "./Entry";
import { SplitDialog } from "./merging/SplitDialog";
import { words as mergeWords } from "./merging/words";
import { isAnswer } from "./publications/leaks";
import { ProposeDialog } from "./publications/ProposeDialog";
import { words as publicationWords } from "./publications/words";
import { useEntries, useThread } from "./useEntries";
import { words } from "./words";

/** What can be made of an entry that says something: a ticket of its own, a published answer. */
function MadeOf(props: { ticket: TicketPageView; entry: TicketEntryView }) {
  const { ticket, entry } = props;
  const said = useWords(words);
  const merging = useWords(mergeWords);
  const publishing = useWords(publicationWords);
  const create = useCan()("ticket.create");
  const [asked, setAsked] = useState<"split" | "publish" | null>(null);
  if (!entry.text) return null;
  const work = ticket.may_work ? null : said.not_permitted;
  const close = () => setAsked(null);
  return (
    <Space wrap size={4}>
      <Permitted refusal={work ?? create}>
        <Button
          size="small"
          disabled={(work ?? create) !== null}
          aria-label={fill(merging.split_of, { n: entry.number })}
          onClick={() => setAsked("split")}
        >
          {merging.split}
        </Button>
      </Permitted>
      {isAnswer(entry) ? (
        <Permitted refusal={work}>
          <Button size="small" disabled={work !== null} onClick={() => setAsked("publish")}>
            {publishing.propose}
          </Button>
        </Permitted>
      ) : null}
      {asked === "split" ? <SplitDialog ticket={ticket} entry={entry} onClose={close} /> : null}
      {asked === "publish" ? <ProposeDialog ticket={ticket} entry={entry} onClose={close} /> : null}
    </Space>
  );
}

/** An entry, and the ticket that it belongs to where that is another one. */
interface Event {
  of: { id: string; number: string } | null;
  entry: TicketEntryView;
}

interface Reading {
  problem: unknown;
  reload: () => void;
  more: boolean;
  loadingMore: boolean;
  loadMore: () => void;
}

function Events(props: { ticket: TicketPageView; list: Reading; events: Event[] }) {
  const { ticket, list, events } = props;
  const said = useWords(words);
  const merging = useWords(mergeWords);
  const kit = useWords(kitWords);
  const text = useText();
  const type = useTicketType(ticket.type);
  const states = new Map(type?.states.map((one) => [one.key, text(one.name)]));
  return (
    <Card title={said.history}>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      <Timeline
        items={events.map(({ of, entry }) => ({
          key: `${of?.id ?? ""} ${entry.number}`,
          content: (
            <>
              <Entry entry={entry} states={states} />
              {of ? (
                <div className="desk-entry">
                  <Link to={paths.ticket(of.id)}>
                    {fill(merging.of_ticket, { number: of.number })}
                  </Link>
                </div>
              ) : (
                <MadeOf ticket={ticket} entry={entry} />
              )}
            </>
          ),
        }))}
      />
      {list.more ? (
        <Button loading={list.loadingMore} onClick={list.loadMore}>
          {kit.load_more}
        </Button>
      ) : null}
    </Card>
  );
}

function Own(props: { ticket: TicketPageView }) {
  const list = useEntries(props.ticket.id);
  const events = list.items.map((entry) => ({ of: null, entry }));
  return <Events ticket={props.ticket} list={list} events={events} />;
}

function WithMerged(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const list = useThread(ticket.id);
  const events = list.items.map(({ ticket_id, ticket_number, entry }) => ({
    of: ticket_id === ticket.id ? null : { id: ticket_id, number: ticket_number },
    entry,
  }));
  return <Events ticket={ticket} list={list} events={events} />;
}

/** What happened to a ticket, in order; with what happened to those that were merged into it. */
export function HistoryCard(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const duplicates = ticket.links.some((one) => one.incoming && one.kind === "duplicate_of");
  return duplicates ? <WithMerged ticket={ticket} /> : <Own ticket={ticket} />;
}
