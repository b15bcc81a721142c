import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { NOWHERE } from "./can";

interface Operation {
  "x-permission"?: string;
  /** Each way to sign in; `everywhere` where the permission is needed over everything. */
  security?: Record<string, string[]>[];
}

/** Where each permission counts, by the routes that need it: `held` for a part, or everywhere. */
function scopesByPermission(): Map<string, Set<string>> {
  const path = resolve(import.meta.dirname, "../../../docs/openapi.json");
  const document: { paths: Record<string, Record<string, Operation>> } = JSON.parse(
    readFileSync(path, "utf8"),
  );
  const scopes = new Map<string, Set<string>>();
  for (const operation of Object.values(document.paths).flatMap((item) => Object.values(item))) {
    const permission = operation["x-permission"];
    if (permission === undefined) continue;
    const known = scopes.get(permission) ?? new Set();
    const [asked] = Object.values(operation.security?.[0] ?? {}).flat();
    scopes.set(permission, known.add(asked ?? "held"));
  }
  return scopes;
}

it("knows which rights open nothing when they are held for a part only", () => {
  const nowhere = [...scopesByPermission()]
    .filter(([, scopes]) => scopes.size === 1 && scopes.has("everywhere"))
    .map(([permission]) => permission);
  // Reviews are listed to their reviewers too, so that no route needs this one.
  const of_verbs = ["review.read"];
  expect([...NOWHERE].toSorted()).toEqual([...nowhere, ...of_verbs].toSorted());
});
