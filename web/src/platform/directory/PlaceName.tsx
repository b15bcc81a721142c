import type { RegionView, UnitView } from "../../api/contract";
import { useOne } from "../../api/hooks";
import { useText } from "../../kit/language";

/** What a unit is called; nothing while it is read or for those who may not see it. */
export function UnitName(props: { id: string }) {
  const text = useText();
  const { value } = useOne<UnitView>(`/units/${props.id}`);
  return value ? <span>{text(value.name)}</span> : null;
}

/** What a region is called; nothing while it is read or for those who may not see it. */
export function RegionName(props: { id: string }) {
  const text = useText();
  const { value } = useOne<RegionView>(`/regions/${props.id}`);
  return value ? <span>{text(value.name)}</span> : null;
}
