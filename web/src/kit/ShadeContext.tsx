import { createContext, use } from "react";
import type { Shade } from "./theme";

export const ShadeContext = createContext<Shade>("light");

/** The shade the page is drawn in. */
export function useShadeNow(): Shade {
  return use(ShadeContext);
}
