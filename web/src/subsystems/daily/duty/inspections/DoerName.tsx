import type { InspectionBody, RosterView } from "../../../../api/contract";
import { useAll } from "../../../../api/hooks";
import { useWords } from "../../../../kit/language";
import { PostName } from "../../../../platform/directory/people/Names";
import { useCan } from "../../../../shell/can";
import { words } from "./words";

/** Who does the rounds of a plan: a roster, perhaps a position of it, or a post. */
export function DoerName(props: { by: InspectionBody["by"] }) {
  const { roster_id, position, post_id } = props.by;
  const said = useWords(words);
  const reads = useCan()("duty.read") === null;
  const rosters = useAll<RosterView>(reads && roster_id ? "/duty/rosters" : null);
  if (post_id) return <PostName id={post_id} />;
  const roster = rosters.items.find((one) => one.id === roster_id)?.roster;
  if (!roster) return <span className="kit-quiet">{said.roster_unseen}</span>;
  const place = roster.positions.find((one) => one.key === position)?.name ?? position;
  return place ? `${roster.name} · ${place}` : roster.name;
}
