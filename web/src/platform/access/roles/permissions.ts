/** Permissions under the noun they are about. */
export function byNoun(permissions: readonly string[]): [string, string[]][] {
  const nouns = new Map<string, string[]>();
  for (const permission of permissions) {
    const noun = permission.split(".")[0] ?? "";
    nouns.set(noun, [...(nouns.get(noun) ?? []), permission]);
  }
  return [...nouns].toSorted(([one], [other]) => one.localeCompare(other));
}

/** Whether an entry of a role is a pattern or an exclusion rather than a permission's name. */
export function isPattern(entry: string): boolean {
  return entry.startsWith("-") || entry.includes("*");
}

function same(wanted: string, one: string): boolean {
  return wanted === "*" || wanted === one;
}

function covers(pattern: string, permission: string): boolean {
  if (pattern === "*") return true;
  const [noun = "", verb = ""] = permission.split(".");
  const [wantedNoun = "", wantedVerb = ""] = pattern.split(".");
  return same(wantedNoun, noun) && same(wantedVerb, verb);
}

/** The permissions that the entries of a role give: exclusions win. */
export function given(entries: readonly string[], permissions: readonly string[]): Set<string> {
  const without = entries.filter((entry) => entry.startsWith("-")).map((entry) => entry.slice(1));
  const wanted = entries.filter((entry) => !entry.startsWith("-"));
  return new Set(
    permissions.filter(
      (permission) =>
        wanted.some((pattern) => covers(pattern, permission)) &&
        !without.some((pattern) => covers(pattern, permission)),
    ),
  );
}
