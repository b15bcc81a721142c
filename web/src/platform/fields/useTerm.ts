import { useMemo } from "react";
import { useText, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { words as resourceWords } from "../resources/words";
import { useKinds } from "../resources/useKinds";
import { words as ownWords } from "./own/words";
import { catalogue } from "./catalogue";

/** What attributes are called: by the kinds that have them, else in the words of the product. */
type AttributeTerm = (name: string) => string | undefined;

function segmentTerm(said: Record<string, string>, name: string, about: string): string {
  return said[`${about} ${name}`] ?? said[name] ?? name.replaceAll("_", " ");
}

/**
 * What a field of a thing is called, by its dotted path: `name.en`, `attributes.port`,
 * `condition.for_s`. A field without a word goes by its own name.
 */
export function termOf(
  said: Record<string, string>,
  about: string,
  path: string,
  attribute: AttributeTerm = () => undefined,
): string {
  const [first = "", ...rest] = path.split(".");
  if (first === "attributes" && rest.length > 0) {
    return rest.map((name) => attribute(name) ?? segmentTerm(said, name, "attribute")).join(" · ");
  }
  const last = rest.at(-1);
  if (last === "en" || last === "zh") {
    const field = termOf(said, about, [first, ...rest.slice(0, -1)].join("."), attribute);
    return fill(said[`in_${last}`] ?? "{field}", { field });
  }
  return [first, ...rest].map((name) => segmentTerm(said, name, about)).join(" · ");
}

/** What the fields of a thing of the kind `about` are called in the reader's language. */
export function useTerm(about: string): (path: string) => string {
  const general = useWords(catalogue);
  const own = useWords(ownWords);
  const others: Record<string, string> = useWords(resourceWords);
  const { items } = useKinds();
  const text = useText();
  return useMemo(() => {
    const attribute = (name: string) => {
      const known = items.flatMap((kind) => kind.attributes).find((one) => one.name === name);
      return text(known?.title) || others[`a_${name}`] || others[`host_${name}`];
    };
    const said: Record<string, string> = { ...general, ...own };
    return (path: string) => termOf(said, about, path, attribute);
  }, [about, general, own, others, items, text]);
}
