import { Button, Select, Space } from "antd";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import type { DeskMailView, MailboxView, TicketPageView } from "../../../../api/contract";
import { useChange, useItems, useList } from "../../../../api/hooks";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useText, useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { Permitted } from "../../../../kit/Permitted";
import { useViewState } from "../../../../kit/viewState";
import { paths } from "../../../../paths";
import { useCan, useCanEverywhere } from "../../../../shell/can";
import { mailColumns } from "./columns";
import { DismissMail } from "./DismissMail";
import { MailDetail } from "./MailDetail";
import { words } from "./words";
import "../desk.css";

const KEYS = ["state", "mailbox"] as const;
const READ_EVERY_MS = 30_000;
const WAITING = "set_aside";
const EVERY = "every";
const STATES = [
  WAITING,
  "arriving",
  "taken",
  "dismissed",
  "repeated",
  "gone",
  "sent",
  "bounced",
] as const;

/** Mails that came and went; first those that somebody must look at. */
export default function MailsPage() {
  const said = useWords(words);
  const text = useText();
  const navigate = useNavigate();
  const refusal = useCan()("ticket.create");
  const hidden = useCanEverywhere()("ticket.read") !== null;
  const [view, setView] = useViewState(KEYS);
  const state = view.state || WAITING;
  const mailboxes = useItems<MailboxView>(hidden ? null : "/mailboxes");
  const query = { state: state === EVERY ? "" : state, mailbox_id: view.mailbox };
  const list = useList<DeskMailView>("/mails", query, { every_ms: READ_EVERY_MS });
  const { mutate, ...open } = useChange<TicketPageView, string>(
    (id) => ({ method: "POST", path: `/mails/${id}/ticket` }),
    {
      touches: ["journal", "tickets", "ticket-counts"],
      onDone: (made) => void navigate(paths.ticket(made.id)),
    },
  );
  const opening = open.isPending ? open.variables : null;
  const columns = useMemo(() => {
    return mailColumns(said, text, (mail) =>
      mail.state === WAITING ? (
        // What is clicked here does not unfold the row.
        <Space wrap onClick={(event) => event.stopPropagation()}>
          <Permitted refusal={refusal}>
            <Button
              size="small"
              type="primary"
              disabled={refusal !== null}
              loading={opening === mail.id}
              onClick={() => mutate(mail.id)}
            >
              {said.open_ticket}
            </Button>
          </Permitted>
          <DismissMail mail={mail} />
        </Space>
      ) : null,
    );
  }, [said, text, refusal, opening, mutate]);
  return (
    <>
      <PageHeader title={said.mails} about={said.about} />
      <div className="kit-filters">
        <Select
          aria-label={said.state}
          value={state}
          style={{ minWidth: 170 }}
          onChange={(next) => setView({ state: next === WAITING ? "" : next })}
          options={[
            ...STATES.map((value) => ({ value, label: said[value] })),
            { value: EVERY, label: said.every_state },
          ]}
        />
        {hidden ? null : (
          <Select
            aria-label={said.mailbox}
            value={view.mailbox}
            style={{ minWidth: 170 }}
            onChange={(mailbox) => setView({ mailbox })}
            options={[
              { value: "", label: said.every_mailbox },
              ...mailboxes.items.map((one) => ({ value: one.id, label: one.mailbox.name })),
            ]}
          />
        )}
      </div>
      <ErrorPanel problem={open.error} />
      <ListTable<DeskMailView>
        label={said.mails}
        columns={columns}
        list={list}
        rowKey={(mail) => mail.id}
        empty={state === WAITING ? said.empty_set_aside : said.empty}
        detail={(mail) => <MailDetail mail={mail} />}
      />
    </>
  );
}
