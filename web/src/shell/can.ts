import { useWords } from "../kit/language";
import { fill } from "../kit/say";
import { useSession } from "./session";
import { words } from "./words";

/** Whether a right is held: null when it is, otherwise the reason to show at the control. */
export type Refusal = string | null;

/**
 * Rights over what belongs to no unit, region or resource: held for a part only, they open nothing.
 * The manual has the same table (`access.md`), and the journey `duties.spec.ts` walks it.
 */
export const NOWHERE = new Set([
  "alert-rule.change",
  "channel.change",
  "channel.read",
  "desk.configure",
  "destination.change",
  "destination.read",
  "emergency.change",
  "emergency.read",
  "event.write",
  "group.change",
  "group.read",
  "job.change",
  "job.read",
  "job.run",
  "journal.change",
  "journal.retain",
  "journal.witness",
  "kind.change",
  "message.read",
  "message.send",
  "metrics.read",
  "page-policy.change",
  "page-policy.read",
  "provider.change",
  "provider.read",
  "recording.change",
  "recording.read",
  "review.change",
  "review.read",
  "role.change",
  "separation.change",
  "separation.read",
  "series.delete",
  "series.snapshot",
  "series.write",
  "server.read",
  "setting.change",
  "setting.read",
  "template.change",
  "template.read",
  "token.read",
  "user.change",
  "user.provision",
  "user.read",
  "watchdog.change",
  "watchdog.read",
]);

/** Asks for rights over everything, whatever they are about. */
export function useCanEverywhere(): (permission: string) => Refusal {
  const { permissions, permissions_everywhere } = useSession();
  const said = useWords(words);
  return (permission) => {
    if (permissions_everywhere.includes(permission)) return null;
    const held = permissions.includes(permission);
    return fill(held ? said.not_everywhere : said.not_permitted, { permission });
  };
}

/**
 * Asks for rights: `const can = useCan(); disabled={can("check.change") !== null}`. A right that is
 * held for a part counts where the things it is about lie in parts.
 */
export function useCan(): (permission: string) => Refusal {
  const { permissions } = useSession();
  const everywhere = useCanEverywhere();
  return (permission) => {
    const partly = permissions.includes(permission) && !NOWHERE.has(permission);
    return partly ? null : everywhere(permission);
  };
}

/** Why a page of the navigation is of no use to this person; null when it is. */
export function useMayOpen(): (page: { needs: string; or?: string; everywhere?: true }) => Refusal {
  const can = useCan();
  const everywhere = useCanEverywhere();
  return ({ needs, or, ...page }) => {
    const refusal = page.everywhere ? everywhere(needs) : can(needs);
    return or !== undefined && can(or) === null ? null : refusal;
  };
}
