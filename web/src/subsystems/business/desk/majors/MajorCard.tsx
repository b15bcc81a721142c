import { Button, Skeleton, Space } from "antd";
import { useState } from "react";
import type { MajorIncidentView, TicketPageView } from "../../../../api/contract";
import { useOne } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { DescriptionList } from "../../../../kit/DescriptionList";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useWords } from "../../../../kit/language";
import { Permitted } from "../../../../kit/Permitted";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { PersonName } from "../../../../platform/directory/people/Names";
import { words as deskWords } from "../words";
import { EndDialog, UpdateDialog } from "./MajorDialogs";
import { words } from "./words";

const EVERY_MS = 15_000;

function Facts(props: { major: MajorIncidentView }) {
  const { major } = props;
  const said = useWords(words);
  const items = [
    { key: "lead", term: said.lead, value: <PersonName id={major.lead_id} /> },
    {
      key: "every",
      term: said.interval,
      value: fill(said.every_of, { n: major.every_minutes }),
    },
    {
      key: "declared",
      term: said.declared,
      value: (
        <>
          {major.declared_by} · <TimeAgo at={major.declared_at} />
        </>
      ),
    },
    major.ended_at
      ? {
          key: "ended",
          term: said.ended,
          value: (
            <>
              {major.ended_by} · <TimeAgo at={major.ended_at} />
            </>
          ),
        }
      : {
          key: "next",
          term: said.next_update,
          value: (
            <>
              <TimeAgo at={major.update_due_at} />{" "}
              {major.overdue ? <StateTag state="critical" text={said.overdue} /> : null}
            </>
          ),
        },
  ];
  return (
    <>
      <DescriptionList items={items} />
      {major.summary ? (
        <>
          <h3 className="desk-heading">{said.review}</h3>
          <div className="desk-text">{major.summary}</div>
        </>
      ) : null}
    </>
  );
}

/** How a ticket that is or was major stands: who leads, when those concerned are told next. */
export function MajorCard(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const said = useWords(words);
  const desk = useWords(deskWords);
  const [asked, setAsked] = useState<"update" | "end" | null>(null);
  const read = useOne<MajorIncidentView>(
    `/tickets/${ticket.id}/major`,
    {},
    { every_ms: EVERY_MS },
  );
  const major = read.value;
  const close = () => setAsked(null);
  return (
    <Card title={said.card}>
      <ErrorPanel problem={read.problem} onRetry={read.reload} />
      {major ? <Facts major={major} /> : null}
      {major || read.problem ? null : <Skeleton active paragraph={{ rows: 2 }} />}
      {major && !major.ended_at ? (
        <Space wrap className="desk-beside">
          <Permitted refusal={ticket.may_work ? null : desk.not_permitted}>
            <Button
              type="primary"
              disabled={!ticket.may_work}
              onClick={() => setAsked("update")}
            >
              {said.update}
            </Button>
          </Permitted>
          <Permitted refusal={ticket.may_assign ? null : desk.not_permitted}>
            <Button disabled={!ticket.may_assign} onClick={() => setAsked("end")}>
              {said.end}
            </Button>
          </Permitted>
        </Space>
      ) : null}
      {asked === "update" ? <UpdateDialog ticket={ticket} onClose={close} /> : null}
      {asked === "end" ? <EndDialog ticket={ticket} onClose={close} /> : null}
    </Card>
  );
}
