import { useWords } from "../../kit/language";
import { words } from "./words";

/** How discovery names a service that it does not know: with the port that it listens on. */
const UNKNOWN = /^Unknown service (?=:\d)/;

/** The name with the words for a service that is not known in it. */
export function foundName(name: string, unknown: string): string {
  return name.replace(UNKNOWN, `${unknown} `);
}

/** Names of resources; what discovery called by no name of its own is said in one's language. */
export function useFoundName(): (name: string) => string {
  const said = useWords(words);
  return (name) => foundName(name, said.unknown_service);
}
