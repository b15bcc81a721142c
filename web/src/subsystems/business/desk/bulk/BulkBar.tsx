import { useMutation } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { ask } from "../../../../api/client";
import type {
  Page,
  TicketBulkResultView,
  TicketTypeView,
  TicketView,
} from "../../../../api/contract";
import type { Problem } from "../../../../api/problem";
import { useWords } from "../../../../kit/language";
import { Permitted } from "../../../../kit/Permitted";
import { fill } from "../../../../kit/say";
import { useCan } from "../../../../shell/can";
import { BULK_MAX } from "./bulk";
import type { BulkKind } from "./bulk";
import { BulkDialog } from "./BulkDialog";
import { BulkResults } from "./BulkResults";
import type { Chosen } from "./useChosen";
import { words } from "./words";

interface Results {
  kind: BulkKind;
  items: TicketBulkResultView[];
  subjects: ReadonlyMap<string, string>;
}

const KINDS = ["assign", "move", "priority"] as const;

/** Chooses all that the filters leave, as many as can be changed at once. */
function ChooseAll(props: { query: Record<string, string>; chosen: Chosen }) {
  const { query, chosen } = props;
  const said = useWords(words);
  const { message } = App.useApp();
  const read = useMutation<Page<TicketView>, Problem>({
    mutationFn: () =>
      ask<Page<TicketView>>({
        method: "GET",
        path: "/tickets",
        query: { ...query, limit: BULK_MAX },
      }),
    onSuccess: ({ items, next }) => {
      chosen.set(items);
      if (next !== null) void message.info(fill(said.only_first, { n: items.length }));
    },
    onError: (problem) => void message.error(problem.message),
  });
  return (
    <Button loading={read.isPending} onClick={() => read.mutate()}>
      {said.choose_all}
    </Button>
  );
}

/** What can be done to the tickets that are chosen, and what became of it. */
export function BulkBar(props: {
  query: Record<string, string>;
  chosen: Chosen;
  types: TicketTypeView[];
}) {
  const { query, chosen, types } = props;
  const said = useWords(words);
  const refusal = useCan()("ticket.work");
  const [kind, setKind] = useState<BulkKind | null>(null);
  const [results, setResults] = useState<Results | null>(null);
  const { tickets } = chosen;
  const finish = (done: BulkKind, items: TicketBulkResultView[]) => {
    const subjects = new Map(tickets.map((one) => [one.id, one.subject]));
    const refused = new Set(items.filter((one) => !one.done).map((one) => one.id));
    setResults({ kind: done, items, subjects });
    setKind(null);
    chosen.set(tickets.filter((one) => refused.has(one.id)));
  };
  return (
    <>
      {tickets.length > 0 ? (
        <section className="desk-bulk" aria-label={said.bulk}>
          <strong role="status">{fill(said.chosen, { n: tickets.length })}</strong>
          {KINDS.map((one) => (
            <Permitted key={one} refusal={refusal}>
              <Button disabled={refusal !== null} onClick={() => setKind(one)}>
                {said[one]}
              </Button>
            </Permitted>
          ))}
          <ChooseAll query={query} chosen={chosen} />
          <Button type="link" onClick={() => chosen.set([])}>
            {said.clear}
          </Button>
        </section>
      ) : null}
      {kind ? (
        <BulkDialog
          kind={kind}
          tickets={tickets}
          types={types}
          onDone={(items) => finish(kind, items)}
          onClose={() => setKind(null)}
        />
      ) : null}
      {results ? (
        <BulkResults
          title={`${said[results.kind]} · ${said.result}`}
          results={results.items}
          subjects={results.subjects}
          onClose={() => setResults(null)}
        />
      ) : null}
    </>
  );
}
