import { endOf, startOf } from "../../../kit/days";

/** What of the list of tickets stands in the address, and in a list that is saved. */
export const KEYS = [
  "list",
  "type",
  "priority",
  "q",
  "sort",
  "unit_id",
  "region_id",
  "from",
  "to",
  "kept",
  "as",
  "month",
] as const;
export type TicketsView = Record<(typeof KEYS)[number], string>;

/** Those that narrow a list, and are cleared together. */
export const NARROWING = ["type", "priority", "q", "unit_id", "region_id", "from", "to", "kept"] as const;
/** Those of them that are out of sight until they are asked for or set. */
export const MORE = ["unit_id", "region_id", "from", "to", "kept"] as const;

export const LISTS = [
  "all",
  "mine",
  "my_posts",
  "my_unit",
  "nobodys",
  "overdue",
  "supervised",
  "over",
  "every",
] as const;
export type ListName = (typeof LISTS)[number];

function listQuery(list: string): Record<string, string> {
  switch (list) {
    case "mine":
    case "my_posts":
    case "my_unit":
    case "nobodys":
      return { whose: list, open: "true" };
    case "overdue":
      return { overdue: "true" };
    case "supervised":
      return { supervised: "true", open: "true" };
    case "over":
      return { open: "false" };
    case "every":
      return {};
    default:
      return { open: "true" };
  }
}

/** What the server is asked for. */
export function queryOf(view: TicketsView): Record<string, string> {
  const { list, from, to, kept, as: _, month: _month, ...asked } = view;
  const query = {
    ...listQuery(list),
    ...asked,
    opened_from: startOf(from) ?? "",
    opened_to: endOf(to) ?? "",
    resolution_kept: kept,
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));
}

/** The same for a board, whose columns say whether it is open; nothing is left out for having no due time. */
export function boardQueryOf(view: TicketsView): Record<string, string> {
  const { sort: _, ...query } = queryOf(view);
  if (view.list === "over") return query;
  const { open: _open, ...all } = query;
  return all;
}
