import { useEffect, useRef } from "react";
import type { NotificationView } from "../../api/contract";
import { useList } from "../../api/hooks";

const LOOKED_AT = 5;

/** Whether the browser lets this page show something on the desktop. */
export function desktopAllowed(): boolean {
  return "Notification" in window && Notification.permission === "granted";
}

/**
 * Shows urgent notifications that come in on the desktop, once each, where that is allowed;
 * `unread` is undefined while it is not known how many there are.
 */
export function useDesktop(unread: number | undefined): void {
  const list = useList<NotificationView>(
    "/notifications",
    { unread: true, limit: LOOKED_AT },
    { enabled: Boolean(unread) && desktopAllowed() },
  );
  const seen = useRef<Set<string> | null>(null);
  const { items, loading } = list;
  // The desktop is outside of the page: it is told once of each that came after the page opened.
  useEffect(() => {
    if (loading || unread === undefined) return;
    if (seen.current === null) {
      seen.current = new Set(items.map((one) => one.id));
      return;
    }
    for (const one of items) {
      if (seen.current.has(one.id)) continue;
      seen.current.add(one.id);
      if (one.urgent) void new Notification(one.subject, { body: one.text, tag: one.id });
    }
  }, [items, loading, unread]);
}
