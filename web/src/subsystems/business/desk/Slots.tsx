import { Suspense } from "react";
import type { TicketPageView } from "../../../api/contract";
import { useCan } from "../../../shell/can";
import { ticketSlots } from "../../../shell/deskSlots";
import type { TypingSlot } from "./slots";

/** What others add to the page of a ticket. */
export function TicketSlots(props: { ticket: TicketPageView }) {
  const can = useCan();
  return ticketSlots
    .filter((slot) => can(slot.needs) === null)
    .map(({ key, Part }) => (
      <Suspense key={key} fallback={null}>
        <Part ticket={props.ticket} />
      </Suspense>
    ));
}

/** What others add to a form, by what was typed so far. */
export function TypingSlots(props: { slots: TypingSlot[]; subject: string; text: string }) {
  const { slots, subject, text } = props;
  return slots.map(({ key, Part }) => (
    <Suspense key={key} fallback={null}>
      <Part subject={subject} text={text} />
    </Suspense>
  ));
}
