import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { useState } from "react";
import type { ReactNode } from "react";
import { ask } from "../../../api/client";
import type { TicketPageView } from "../../../api/contract";
import type { Problem } from "../../../api/problem";
import { useWords } from "../../../kit/language";
import { words } from "./words";

/** Something that is sent over the version that was read. */
interface Sending {
  error: Problem | null;
  isPending: boolean;
  reset: () => void;
}

/** The version of a ticket that a dialog was opened over: what others do meanwhile stays theirs. */
export function useOpenedVersion(
  ticket: TicketPageView,
): [number, (fresh: TicketPageView) => void] {
  const [version, setVersion] = useState(ticket.version);
  return [version, (fresh) => setVersion(fresh.version)];
}

/** Says that somebody changed the ticket since a dialog was opened, and goes on with the newest. */
export function StaleNotice(props: {
  ticket: TicketPageView;
  version: number;
  sending: Sending;
  onTake: (fresh: TicketPageView) => void;
}): ReactNode {
  const { ticket, version, sending, onTake } = props;
  const said = useWords(words);
  const queries = useQueryClient();
  const take = useMutation<TicketPageView, Problem>({
    mutationFn: () => ask<TicketPageView>({ method: "GET", path: `/tickets/${ticket.id}` }),
    onSuccess: async (fresh) => {
      sending.reset();
      onTake(fresh);
      await queries.invalidateQueries({ queryKey: ["tickets"] });
    },
  });
  const stale = sending.error?.status === 412 || ticket.version > version;
  if (!stale || sending.isPending) return null;
  return (
    <Alert
      type="warning"
      showIcon
      className="kit-error"
      title={said.stale}
      description={said.stale_about}
      action={
        <Button loading={take.isPending} onClick={() => take.mutate()}>
          {said.take_newest}
        </Button>
      }
    />
  );
}
