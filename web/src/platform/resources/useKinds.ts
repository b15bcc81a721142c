import { useMemo } from "react";
import type { KindView } from "../../api/contract";
import { useItems } from "../../api/hooks";
import { useText } from "../../kit/language";
import { useCan } from "../../shell/can";

export interface Kinds {
  items: KindView[];
  find: (name: string) => KindView | undefined;
  titleOf: (name: string) => string;
}

/** The kinds of resources, and what they are called. */
export function useKinds(): Kinds {
  const refusal = useCan()("resource.read");
  const { items } = useItems<KindView>(refusal === null ? "/kinds" : null);
  const text = useText();
  return useMemo(() => {
    const find = (name: string) => items.find((kind) => kind.name === name);
    return { items, find, titleOf: (name: string) => text(find(name)?.title) || name };
  }, [items, text]);
}
