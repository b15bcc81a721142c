import { BellOutlined } from "@ant-design/icons";
import { Badge, Button, Empty, Popover } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { NotificationView, UnreadView } from "../../api/contract";
import { useList, useOne } from "../../api/hooks";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { TimeAgo } from "../../kit/TimeAgo";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { NotificationSubject } from "./NotificationSubject";
import { useDesktop } from "./useDesktop";
import { useReadAll } from "./useRead";
import { words } from "./words";
import "./notify.css";

const SHOWN_MAX = 8;
/** The live stream says when there is something new; this is for when it is broken. */
const READ_EVERY_MS = 60_000;

function Newest(props: { onClose: () => void }) {
  const said = useWords(words);
  const list = useList<NotificationView>("/notifications", { limit: SHOWN_MAX });
  const readAll = useReadAll(list.items);
  return (
    <div className="notify-bell">
      <div className="kit-chart-head">
        <strong>{said.notifications}</strong>
        <Button type="link" size="small" disabled={readAll === null} onClick={() => readAll?.()}>
          {said.all_read}
        </Button>
      </div>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {list.items.length === 0 && !list.loading ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.notifications_empty} />
      ) : null}
      <ul>
        {list.items.slice(0, SHOWN_MAX).map((one) => (
          <li key={one.id}>
            <NotificationSubject notification={one} onFollowed={props.onClose} />
            <div className="kit-quiet">
              <TimeAgo at={one.created_at} />
            </div>
          </li>
        ))}
      </ul>
      <Link to={paths.notifications()} onClick={props.onClose}>
        {said.all}
      </Link>
    </div>
  );
}

/** The bell of the frame: how many notifications are unread, and the newest of them. */
export default function Bell() {
  const said = useWords(words);
  const refusal = useCan()("notification.read");
  const [open, setOpen] = useState(false);
  const unread = useOne<UnreadView>(
    refusal === null ? "/notifications/unread" : null,
    {},
    { every_ms: READ_EVERY_MS },
  );
  const count = unread.value?.unread ?? 0;
  useDesktop(unread.value?.unread);
  if (refusal !== null) return null;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      destroyOnHidden
      content={<Newest onClose={() => setOpen(false)} />}
    >
      <Button
        type="text"
        icon={
          <Badge count={count} size="small" overflowCount={99}>
            <BellOutlined />
          </Badge>
        }
        aria-label={fill(said.bell, { n: count })}
        aria-expanded={open}
      />
    </Popover>
  );
}
