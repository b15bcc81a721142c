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

/** A ticket as it was seen when something was done to it. */
export type Seen = Pick<TicketPageView, "id" | "version">;

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
export function useDirect(): {
  /** Does it to a ticket in the version that was seen. */
  send: (seen: Seen, direct: Direct) => void;
  pending: boolean;
  /** Belongs into the page. */
  dialog: ReactNode;
} {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [stale, setStale] = useState<{ seen: Seen; direct: Direct } | null>(null);
  const change = useChange<TicketPageView, { seen: Seen; direct: Direct }>(
    ({ seen, direct }): Ask => ({
      method: direct.method,
      path: `/tickets/${seen.id}/${direct.path}`,
      version: seen.version,
      ...(direct.body === undefined ? {} : { body: direct.body }),
    }),
    { touches: ["journal", "ticket-counts"], onDone: () => setStale(null) },
  );
  const send = ({ id, version }: Seen, direct: Direct) => {
    const input = { seen: { id, version }, direct };
    change.mutate(input, {
      onError: (problem) => {
        if (problem.status !== STALE) return void message.error(problem.message);
        setStale(input);
        void queries.invalidateQueries({ queryKey: ["tickets"] });
      },
    });
  };
  const dialog = stale ? (
    <StaleDialog
      seen={stale.seen}
      direct={stale.direct}
      sending={change.isPending}
      onSend={(fresh) => send(fresh, stale.direct)}
      onClose={() => setStale(null)}
    />
  ) : null;
  return { send, pending: change.isPending, dialog };
}
