import { useWords } from "../kit/language";
import { fill } from "../kit/say";
import { useSession } from "./session";
import { words } from "./words";

/** Whether a right is held: null when it is, otherwise the reason to show at the control. */
export type Refusal = string | null;

/** Asks for rights: `const can = useCan(); disabled={can("check.change") !== null}`. */
export function useCan(): (permission: string) => Refusal {
  const { permissions } = useSession();
  const said = useWords(words);
  return (permission) =>
    permissions.includes(permission) ? null : fill(said.not_permitted, { permission });
}
