import type { RelationKindView } from "../../api/contract";
import { useItems } from "../../api/hooks";
import { useText } from "../../kit/language";
import { useCan } from "../../shell/can";

type Way = "forward" | "backward";

/** How a kind of relation reads, from its source or from its target; else its name. */
export function useRelationWord(): (kind: string, way?: Way) => string {
  const text = useText();
  const refusal = useCan()("resource.read");
  const { items } = useItems<RelationKindView>(refusal === null ? "/relation-kinds" : null);
  return (kind, way = "forward") => text(items.find((one) => one.name === kind)?.[way]) || kind;
}
