import type {
  TicketBulkAction,
  TicketLevel,
  TicketTransitionView,
  TicketTypeView,
  TicketView,
} from "../../../../api/contract";
import { filledIn } from "../../../../kit/days";
import { waysFrom } from "../board";
import { isOpen } from "../columns";

/** What can be done to several tickets at once. */
export type BulkKind = "assign" | "move" | "priority";

/** As many as the server changes at once. */
export const BULK_MAX = 500;

/** What the forms hold. */
export interface BulkValues {
  to?: "person" | "post" | "nobody";
  person_id?: string;
  post_id?: string;
  transition?: string;
  text?: string;
  unit_id?: string | null;
  impact?: TicketLevel;
  urgency?: TicketLevel;
}

/** What several tickets can be moved on by: the ways of the same key are one. */
export interface CommonWay {
  key: string;
  /** As the types have it. */
  ways: TicketTransitionView[];
  /** The ids of the tickets that can take it from where they are. */
  tickets: ReadonlySet<string>;
}

/** The ways that one or more of these tickets can take, those first that most can. */
export function commonWays(tickets: TicketView[], types: TicketTypeView[]): CommonWay[] {
  const found = new Map<string, { ways: TicketTransitionView[]; tickets: Set<string> }>();
  for (const ticket of tickets) {
    const type = types.find((one) => one.type.key === ticket.type)?.type;
    for (const way of waysFrom(type, ticket.state)) {
      const known = found.get(way.key) ?? { ways: [], tickets: new Set<string>() };
      if (!known.ways.includes(way)) known.ways.push(way);
      known.tickets.add(ticket.id);
      found.set(way.key, known);
    }
  }
  return [...found]
    .map(([key, known]) => ({ key, ...known }))
    .toSorted((one, other) => other.tickets.size - one.tickets.size);
}

/** What a common way asks for, of one or more of the tickets. */
export function needsOf(way: CommonWay | undefined) {
  const some = (test: (one: TicketTransitionView) => boolean) => way?.ways.some(test) ?? false;
  const answers = some((one) => one.effect === "answer" || one.effect === "draft");
  return {
    answers,
    text: answers || some((one) => one.effect === "return" || one.needs.includes("reason")),
    unit: some((one) => one.effect === "dispatch"),
    person: some((one) => one.needs.includes("assignee")),
  };
}

/** Whether a ticket is likely to be changed, as far as is known here: the server decides. */
export function isLikely(kind: BulkKind, ticket: TicketView, way: CommonWay | undefined): boolean {
  if (kind === "move") return way?.tickets.has(ticket.id) ?? false;
  return kind === "priority" || isOpen(ticket);
}

const LEVELS: TicketLevel[] = ["high", "medium", "low"];

/** The priority that impact and urgency make, by the matrix of a type; null: not known. */
export function priorityOf(type: TicketTypeView | undefined, values: BulkValues): number | null {
  const { impact, urgency } = values;
  if (!impact || !urgency) return null;
  return type?.type.matrix[LEVELS.indexOf(impact)]?.[LEVELS.indexOf(urgency)] ?? null;
}

/** What is sent. */
export function actionOf(kind: BulkKind, values: BulkValues): TicketBulkAction {
  const { to, person_id, post_id, transition, text, unit_id, impact, urgency } = values;
  switch (kind) {
    case "assign":
      return {
        assign: {
          person_id: (to === "person" && person_id) || null,
          post_id: (to === "post" && post_id) || null,
        },
      };
    case "move":
      return {
        move: {
          transition: transition ?? "",
          ...filledIn({ text, person_id, unit_id: unit_id ?? undefined }),
        },
      };
    case "priority":
      return { priority: { impact: impact ?? "low", urgency: urgency ?? "low" } };
  }
}
