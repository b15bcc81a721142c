import type { Said } from "../../kit/say";
import type { words } from "./words";

/** Where a resource or check came from, in words; sources we do not know stay as they are. */
export function sourceOf(source: string, said: Said<typeof words>): string {
  switch (source) {
    case "discovered":
    case "discovery":
      return said.source_discovered;
    case "manual":
    case "person":
    case "user":
      return said.source_manual;
    default:
      return source;
  }
}
