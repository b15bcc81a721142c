import { useCallback, useMemo, useState } from "react";
import type { TicketView } from "../../../../api/contract";

/** The tickets that are chosen from a list. */
export interface Chosen {
  tickets: TicketView[];
  ids: ReadonlySet<string>;
  toggle: (ticket: TicketView) => void;
  /** Chooses these and no others. */
  set: (tickets: TicketView[]) => void;
}

const NOTHING: TicketView[] = [];

/**
 * What is chosen from the list that `of` names; of another list nothing is. `shown`: its rows as
 * they are now.
 */
export function useChosen(of: string, shown: TicketView[]): Chosen {
  const [kept, setKept] = useState<{ of: string; tickets: TicketView[] }>({ of, tickets: [] });
  const old = kept.of === of ? kept.tickets : NOTHING;
  const tickets = useMemo(() => {
    const now = new Map(shown.map((one) => [one.id, one]));
    return old.map((one) => now.get(one.id) ?? one);
  }, [old, shown]);
  const ids = useMemo(() => new Set(old.map((one) => one.id)), [old]);
  const set = useCallback((fresh: TicketView[]) => setKept({ of, tickets: fresh }), [of]);
  const toggle = useCallback(
    (ticket: TicketView) =>
      setKept((before) => {
        const was = before.of === of ? before.tickets : NOTHING;
        const without = was.filter((one) => one.id !== ticket.id);
        const fresh = without.length === was.length ? [...was, ticket] : without;
        return { of, tickets: fresh };
      }),
    [of],
  );
  return { tickets, ids, toggle, set };
}
