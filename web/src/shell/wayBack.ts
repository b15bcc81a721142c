import { paths } from "../paths";

const KEY = "mainstay.back";

/** Stands for this site where an address is read; nobody can have that name. */
const HERE = "https://here.invalid";

/**
 * Only addresses of this site are gone back to: `//host`, `/\host` and what browsers read as these
 * would leave it.
 */
export function safeBack(back: string | null): string {
  if (!back?.startsWith("/") || !URL.canParse(back, HERE)) return paths.home();
  const { origin, pathname } = new URL(back, HERE);
  return origin === HERE && !pathname.startsWith("//") ? back : paths.home();
}

/** Remembers, for this tab, where a person wants to go once they come back from elsewhere. */
export function keepBack(back: string | null): void {
  window.sessionStorage.setItem(KEY, safeBack(back));
}

/** Where a person who came back wanted to go. */
export function keptBack(): string {
  return safeBack(window.sessionStorage.getItem(KEY));
}
