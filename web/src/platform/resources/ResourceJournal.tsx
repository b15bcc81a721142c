import type { ResourceView } from "../../api/contract";
import { HappenedCard } from "./HappenedCard";

/** What happened to a resource and to everything on it. */
export default function ResourceJournal(props: { resource: ResourceView }) {
  return <HappenedCard linked about={{ resource_id: props.resource.id }} />;
}
