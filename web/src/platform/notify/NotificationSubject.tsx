import { Badge } from "antd";
import { Link } from "react-router";
import type { NotificationView } from "../../api/contract";
import { useWords } from "../../kit/language";
import { useReadOne } from "./useRead";
import { words } from "./words";

/** What a notification is about: leads there and counts as read then. */
export function NotificationSubject(props: {
  notification: NotificationView;
  onFollowed?: () => void;
}) {
  const { notification, onFollowed } = props;
  const said = useWords(words);
  const read = useReadOne();
  const { link, subject, read_at } = notification;
  const follow = () => {
    if (read_at === null) read(notification);
    onFollowed?.();
  };
  return (
    <span className={read_at === null ? "notify-unread" : "notify-read"}>
      {read_at === null ? <Badge status="processing" aria-label={said.unread} /> : null}{" "}
      {link ? (
        <Link to={link} onClick={follow}>
          {subject}
        </Link>
      ) : (
        subject
      )}
    </span>
  );
}
