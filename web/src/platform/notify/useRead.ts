import type { NotificationView, UnreadView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { useCan } from "../../shell/can";

/** Marks one notification as read. */
export function useReadOne(): (notification: NotificationView) => void {
  const read = useChange<NotificationView, string>((id) => ({
    method: "POST",
    path: `/notifications/${id}/read`,
  }));
  return ({ id }) => read.mutate(id);
}

/** Marks all up to the newest that is shown; null when there is nothing to mark. */
export function useReadAll(shown: NotificationView[]): (() => void) | null {
  const refusal = useCan()("profile.change");
  const read = useChange<UnreadView, string>((up_to) => ({
    method: "POST",
    path: "/notifications/read",
    body: { up_to },
  }));
  const newest = shown[0];
  if (refusal !== null || !newest || shown.every((one) => one.read_at !== null)) return null;
  return () => read.mutate(newest.id);
}
