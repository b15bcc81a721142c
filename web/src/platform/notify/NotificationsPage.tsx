import { Button, Checkbox } from "antd";
import { useMemo } from "react";
import type { NotificationView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import type { Said } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { useViewState } from "../../kit/viewState";
import { useCan } from "../../shell/can";
import { NotificationSubject } from "./NotificationSubject";
import { useReadAll, useReadOne } from "./useRead";
import { words } from "./words";
import "./notify.css";

const VIEW = ["unread"] as const;

function ReadButton(props: { notification: NotificationView }) {
  const said = useWords(words);
  const refusal = useCan()("profile.change");
  const read = useReadOne();
  if (props.notification.read_at) return null;
  return (
    <Button
      size="small"
      disabled={refusal !== null}
      title={refusal ?? undefined}
      onClick={() => read(props.notification)}
    >
      {said.read}
    </Button>
  );
}

function columnsOf(said: Said<typeof words>): Column<NotificationView>[] {
  return [
    { key: "at", title: said.at, width: 140, render: (_, one) => <TimeAgo at={one.created_at} /> },
    {
      key: "subject",
      title: said.subject,
      render: (_, one) => (
        <>
          <NotificationSubject notification={one} />
          <div className="kit-quiet notify-answer">{one.text}</div>
        </>
      ),
    },
    {
      key: "state",
      title: said.state,
      width: 120,
      render: (_, one) =>
        one.urgent ? <StateTag state="warning" text={said.urgent} /> : null,
    },
    {
      key: "read",
      title: "",
      width: 120,
      align: "right",
      render: (_, one) => <ReadButton notification={one} />,
    },
  ];
}

/** What one was told. */
export default function NotificationsPage() {
  const said = useWords(words);
  const [view, setView] = useViewState(VIEW);
  const list = useList<NotificationView>("/notifications", { unread: view.unread || undefined });
  const columns = useMemo(() => columnsOf(said), [said]);
  const readAll = useReadAll(list.items);
  const all = (
    <Button disabled={readAll === null} onClick={() => readAll?.()}>
      {said.all_read}
    </Button>
  );
  return (
    <>
      <PageHeader title={said.notifications} about={said.notifications_about} actions={all} />
      <div className="kit-filters">
        <Checkbox
          checked={view.unread !== ""}
          onChange={(event) => setView({ unread: event.target.checked ? "true" : "" })}
        >
          {said.unread_only}
        </Checkbox>
      </div>
      <ListTable<NotificationView>
        label={said.notifications}
        columns={columns}
        list={list}
        rowKey={(one) => one.id}
        empty={said.notifications_empty}
      />
    </>
  );
}
