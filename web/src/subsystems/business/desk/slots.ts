import type { ComponentType } from "react";
import type { TicketPageView } from "../../../api/contract";

/**
 * A part of the page of every ticket that another folder brings. The shell registers them, so that
 * subsystems know nothing of each other.
 */
export interface TicketSlot {
  key: string;
  /** The right without which the part stays away. */
  needs: string;
  Part: ComponentType<{ ticket: TicketPageView }>;
}

/** A part of a form in which somebody says what they want, by what they have typed so far. */
export interface TypingSlot {
  key: string;
  Part: ComponentType<{ subject: string; text: string }>;
}
