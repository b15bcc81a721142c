import type { PersonView } from "../../../../api/contract";
import { useOne } from "../../../../api/hooks";
import { useCan } from "../../../../shell/can";
import { useSession } from "../../../../shell/session";

/** The unit of whoever is signed in; empty where they are no person, or may not see it. */
export function useOwnUnit(): string {
  const { user } = useSession();
  const reads = useCan()("directory.read") === null;
  const person = useOne<PersonView>(reads && user.person_id ? `/people/${user.person_id}` : null);
  return person.value?.unit_id ?? "";
}
