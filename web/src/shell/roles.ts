import type { RoleView } from "../api/contract";
import { useItems } from "../api/hooks";
import { useText, useWords } from "../kit/language";
import { useCan } from "./can";
import { words } from "./words";

/**
 * What roles are called: those that came with the product in its own words, others by their title
 * where roles may be read, else by their name.
 */
export function useRoleTitle(): (name: string) => string {
  const said = useWords(words);
  const text = useText();
  const readable = useCan()("role.read") === null;
  const { items } = useItems<RoleView>(readable ? "/roles" : null);
  const own = new Map(items.map((role) => [role.name, text(role.title)]));
  const titles = new Map([
    ["administrator", said.role_administrator],
    ["viewer", said.role_viewer],
    ["operator", said.role_operator],
    ["system-administrator", said.role_system],
    ["security-administrator", said.role_security],
    ["audit-administrator", said.role_audit],
    ["identity-provider", said.role_provider],
  ]);
  return (name) => titles.get(name) ?? (own.get(name) || name);
}

/** Roles in one line. */
export function useRoleList(): (names: readonly string[]) => string {
  const said = useWords(words);
  const title = useRoleTitle();
  return (names) => (names.length === 0 ? said.role_none : names.map(title).join(said.comma));
}
