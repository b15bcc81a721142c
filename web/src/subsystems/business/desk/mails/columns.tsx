import type { ReactNode } from "react";
import { Link } from "react-router";
import type { DeskMailState, DeskMailView, Text } from "../../../../api/contract";
import type { Column } from "../../../../kit/ListTable";
import { fill } from "../../../../kit/say";
import type { Said } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import type { Tone } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { paths } from "../../../../paths";
import type { words } from "./words";

export const TONES: Record<DeskMailState, Tone> = {
  set_aside: "warning",
  arriving: "running",
  taken: "ok",
  dismissed: "disabled",
  repeated: "disabled",
  gone: "unknown",
  sent: "info",
  bounced: "critical",
};

/** The columns of a list of mails. */
export function mailColumns(
  said: Said<typeof words>,
  text: (both: Text) => string,
  actionsOf: (mail: DeskMailView) => ReactNode,
): Column<DeskMailView>[] {
  return [
    {
      key: "from",
      title: said.from,
      width: 210,
      render: (_, mail) => (
        <>
          {mail.name ? <div>{mail.name}</div> : null}
          <div className="kit-quiet desk-address">
            {mail.direction === "out" ? fill(said.to, { address: mail.address }) : mail.address}
          </div>
        </>
      ),
    },
    {
      key: "subject",
      title: said.subject,
      width: 260,
      render: (_, mail) => mail.subject || <span className="kit-quiet">{said.no_subject}</span>,
    },
    {
      key: "state",
      title: said.state,
      width: 260,
      render: (_, mail) => (
        <>
          <StateTag state={TONES[mail.state]} text={said[mail.state]} />
          <div className="kit-quiet">{text(mail.reason)}</div>
        </>
      ),
    },
    {
      key: "mailbox",
      title: said.mailbox,
      width: 140,
      render: (_, mail) => (
        <>
          {mail.mailbox}
          {mail.mailbox_removed ? <div className="kit-quiet">{said.gone_mailbox}</div> : null}
        </>
      ),
    },
    {
      key: "noticed",
      title: said.noticed_at,
      width: 110,
      render: (_, mail) => <TimeAgo at={mail.noticed_at} />,
    },
    {
      key: "actions",
      title: said.actions,
      width: 200,
      render: (_, mail) =>
        mail.ticket_id ? (
          <Link to={paths.ticket(mail.ticket_id)}>{said.see_ticket}</Link>
        ) : (
          actionsOf(mail)
        ),
    },
  ];
}
