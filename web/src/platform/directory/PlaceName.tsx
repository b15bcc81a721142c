import type { RegionView, UnitView } from "../../api/contract";
import { useOne } from "../../api/hooks";
import { useCan } from "../../shell/can";
import { useName } from "./useName";

/** What a unit is called; nothing while it is read or for those who may not see it. */
export function UnitName(props: { id: string }) {
  const nameOf = useName();
  const refusal = useCan()("directory.read");
  const { value } = useOne<UnitView>(refusal === null ? `/units/${props.id}` : null);
  return value ? <span>{nameOf(value.name)}</span> : null;
}

/** What a region is called; nothing while it is read or for those who may not see it. */
export function RegionName(props: { id: string }) {
  const nameOf = useName();
  const refusal = useCan()("directory.read");
  const { value } = useOne<RegionView>(refusal === null ? `/regions/${props.id}` : null);
  return value ? <span>{nameOf(value.name)}</span> : null;
}
