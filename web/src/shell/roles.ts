import { useWords } from "../kit/language";
import { words } from "./words";

/** What the roles that came with the product are called; others go by their name. */
export function useRoleTitle(): (name: string) => string {
  const said = useWords(words);
  const titles = new Map([
    ["administrator", said.role_administrator],
    ["viewer", said.role_viewer],
    ["operator", said.role_operator],
    ["system-administrator", said.role_system],
    ["security-administrator", said.role_security],
    ["audit-administrator", said.role_audit],
    ["identity-provider", said.role_provider],
  ]);
  return (name) => titles.get(name) ?? name;
}

/** Roles in one line. */
export function useRoleList(): (names: readonly string[]) => string {
  const said = useWords(words);
  const title = useRoleTitle();
  return (names) => (names.length === 0 ? said.role_none : names.map(title).join(said.comma));
}
