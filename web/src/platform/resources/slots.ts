import type { ComponentType } from "react";
import type { ResourceView } from "../../api/contract";

/**
 * A part of the page of every resource that another folder brings. The shell registers them, so
 * that subsystems know nothing of each other.
 */
export interface ResourceSlot {
  key: string;
  /** Live figures over the whole width; what is wrong at the side; the rest below. */
  place: "live" | "main" | "side" | "below";
  /** The right without which the part stays away. */
  needs: string;
  /** Only for resources of this kind. */
  kind?: string;
  Part: ComponentType<{ resource: ResourceView }>;
}
