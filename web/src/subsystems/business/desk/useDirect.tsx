import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useState } from "react";
import type { ReactNode } from "react";
import type { Ask } from "../../../api/client";
import type { TicketPageView, TicketTransitionView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { StaleDialog } from "./StaleDialog";

/** Something done to a ticket at once, without a form. */
export interface Direct {
  /** What it is called. */
  name: string;
  method: "POST" | "DELETE";
  /** Below the ticket: `transitions`. */
  path: string;
  body?: object;
  /** Whether it can still be done to a ticket as it became. */
  still?: (fresh: TicketPageView) => boolean;
}

const STALE = 412;

/** A move that asks for nothing; `name`: what people call it. */
export function moveOf(way: TicketTransitionView, name: string): Direct {
  return {
    name,
    method: "POST",
    path: "transitions",
    body: { transition: way.key },
    still: (fresh) =>
      fresh.ways.some((one) => one.transition.key === way.key && one.permitted),
  };
}

/**
 * Sends what is done at once. Where somebody was quicker, a dialog says what they did and asks
 * whether it is still wanted; any other refusal is said.
 */
export function useDirect(ticket: Pick<TicketPageView, "id" | "version">): {
  send: (direct: Direct, over?: TicketPageView) => void;
  pending: boolean;
  /** Belongs into the page. */
  dialog: ReactNode;
} {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [stale, setStale] = useState<{ direct: Direct; version: number } | null>(null);
  const change = useChange<TicketPageView, { direct: Direct; version: number }>(
    ({ direct, version }): Ask => ({
      method: direct.method,
      path: `/tickets/${ticket.id}/${direct.path}`,
      version,
      ...(direct.body === undefined ? {} : { body: direct.body }),
    }),
    { touches: ["journal", "ticket-counts"], onDone: () => setStale(null) },
  );
  const send = (direct: Direct, over?: TicketPageView) => {
    const version = over?.version ?? ticket.version;
    change.mutate(
      { direct, version },
      {
        onError: (problem) => {
          if (problem.status !== STALE) return void message.error(problem.message);
          setStale({ direct, version });
          void queries.invalidateQueries({ queryKey: ["tickets"] });
        },
      },
    );
  };
  const dialog = stale ? (
    <StaleDialog
      id={ticket.id}
      version={stale.version}
      direct={stale.direct}
      sending={change.isPending}
      onSend={(fresh) => send(stale.direct, fresh)}
      onClose={() => setStale(null)}
    />
  ) : null;
  return { send, pending: change.isPending, dialog };
}
