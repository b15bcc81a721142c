import type { SecretKind } from "../../api/contract";
import { useWords } from "../../kit/language";
import { words } from "./words";

export const SECRET_KINDS = [
  "password",
  "token",
  "private_key",
  "snmp_community",
  "signing_key",
  "connection_string",
  "other",
] as const satisfies SecretKind[];

/** What a kind of secret is called. */
export function useKindTitle(): (kind: SecretKind) => string {
  const said = useWords(words);
  return (kind) => said[`kind_${kind}`];
}

/** Whether what is kept has many lines. */
export function hasLines(kind: string | undefined): boolean {
  return kind === "private_key" || kind === "other";
}
