import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import { ask } from "../../../../api/client";
import type { SimilarTicketsView } from "../../../../api/contract";
import type { Problem } from "../../../../api/problem";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useText, useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { paths } from "../../../../paths";
import { useCan } from "../../../../shell/can";
import { TONES } from "../columns";
import { useSettled } from "./useSettled";
import { words } from "./words";

const SETTLE_MS = 500;
const SUBJECT_MIN = 2;
const TEXT_MAX = 10_000;
const PERCENT = 100;

/** What is about to be opened, as far as it is compared. */
export interface Likeness {
  type: string;
  subject: string;
  text: string;
  region_id: string | null;
}

function useSimilar(wanted: Likeness) {
  const { type, region_id } = wanted;
  const subject = useSettled(wanted.subject.trim(), SETTLE_MS);
  const text = useSettled(wanted.text.slice(0, TEXT_MAX), SETTLE_MS);
  const refusal = useCan()("ticket.read");
  const body = { type, subject, text, region_id };
  const enabled = refusal === null && type !== "" && subject.length >= SUBJECT_MIN;
  const read = useQuery<SimilarTicketsView, Problem>({
    queryKey: ["tickets", "similar", body],
    queryFn: ({ signal }) =>
      ask<SimilarTicketsView>({ method: "POST", path: "/tickets/similar", body, signal }),
    enabled,
    placeholderData: keepPreviousData,
  });
  return { enabled, read };
}

/**
 * Open tickets that say about the same as what is typed. Where it is one of them, what was typed
 * (`note`) goes there as a note instead.
 */
export function SimilarTickets(props: { wanted: Likeness; note: string }) {
  const said = useWords(words);
  const text = useText();
  const navigate = useNavigate();
  const { enabled, read } = useSimilar(props.wanted);
  if (!enabled) return null;
  const items = read.data?.items ?? [];
  return (
    <section className="desk-similar" aria-label={said.similar} aria-live="polite">
      <strong>{said.similar}</strong>{" "}
      {read.data?.hot ? <StateTag state="warning" text={said.similar_hot} /> : null}
      <ErrorPanel problem={read.error} onRetry={() => void read.refetch()} />
      {read.data && items.length === 0 ? (
        <div className="kit-quiet">{said.similar_none}</div>
      ) : null}
      <ul className="desk-list">
        {items.map(({ ticket, likeness }) => (
          <li key={ticket.id}>
            <Link to={paths.ticket(ticket.id)} target="_blank">
              {ticket.number} {ticket.subject}
            </Link>{" "}
            <StateTag state={TONES[ticket.phase]} text={text(ticket.state_name)} bare />{" "}
            <span className="kit-quiet">
              {fill(said.likeness, { n: Math.round(likeness * PERCENT) })}
            </span>{" "}
            <Button
              size="small"
              aria-label={fill(said.this_one_of, { number: ticket.number })}
              onClick={() =>
                void navigate(paths.ticket(ticket.id), { state: { note: props.note } })
              }
            >
              {said.this_one}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
