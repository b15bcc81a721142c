/** The wire types of destinations of samples; see `contract.ts`. */
import type { Json, Narrow, Schemas, Sent } from "./wire";

/** Where a destination is and what goes there. */
export interface DestinationSettings {
  write_url: string;
  history_url: string | null;
  user: string | null;
  secret_id: string | null;
  ca_pem: string;
  external_labels: Record<string, string>;
  relabel: Json[];
  shards: number;
  request_samples: number;
  queue_mib: number;
  queue_h: number;
}

export type DestinationStandingView = Sent<Schemas["DestinationStanding"]>;
export type DestinationView = Narrow<
  Sent<Schemas["Destination"]>,
  { settings: DestinationSettings; standing: DestinationStandingView | null }
>;
