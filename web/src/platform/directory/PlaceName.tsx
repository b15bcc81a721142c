import type { RegionView, UnitView } from "../../api/contract";
import { useOne } from "../../api/hooks";
import { useName } from "./useName";

/** What a unit is called; nothing while it is read or for those who may not see it. */
export function UnitName(props: { id: string }) {
  const nameOf = useName();
  const { value } = useOne<UnitView>(`/units/${props.id}`);
  return value ? <span>{nameOf(value.name)}</span> : null;
}

/** What a region is called; nothing while it is read or for those who may not see it. */
export function RegionName(props: { id: string }) {
  const nameOf = useName();
  const { value } = useOne<RegionView>(`/regions/${props.id}`);
  return value ? <span>{nameOf(value.name)}</span> : null;
}
