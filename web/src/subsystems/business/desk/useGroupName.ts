import type { TicketFiguresView } from "../../../api/contract";
import { useWords } from "../../../kit/language";
import { useName } from "../../../platform/directory/useName";
import { words } from "./figureWords";

/** What figures are told apart by. */
export const GROUPS = ["type", "unit", "region", "channel", "priority"] as const;

/** What a group is called: the server names types, units and regions, and the keys of the rest. */
export function useGroupName(by: string): (one: TicketFiguresView) => string {
  const said: Record<string, string> = useWords(words);
  const name = useName();
  return (one) => {
    if (one.key === "") return said["none"] ?? "";
    if (by === "priority") return `P${one.key}`;
    if (by === "channel") return said[one.key] ?? one.key;
    return name(one.name);
  };
}
