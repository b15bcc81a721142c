import { useWords } from "../../kit/language";
import { useCanEverywhere } from "../../shell/can";
import { words } from "./words";

/** Tells those who may make things in a part only that what they make must lie in it. */
export function ScopeHint() {
  const said = useWords(words);
  if (useCanEverywhere()("directory.change") === null) return null;
  return <p className="kit-quiet">{said.within}</p>;
}
