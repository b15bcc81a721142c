import type { RegionView, UnitView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { useCan } from "../../shell/can";
import { RegionName, UnitName } from "../directory/PlaceName";
import { useName } from "../directory/useName";
import { PLACES_MAX } from "../directory/usePlace";

/** What a row lies in: both names where a unit and a region are said. */
export function PlaceCell(props: { unit_id: string | null; region_id: string | null }) {
  const { unit_id, region_id } = props;
  const nameOf = useName();
  const enabled = useCan()("directory.read") === null;
  // Every row asks the same two lists, which are read once; only who is not on them is asked for.
  const query = { limit: PLACES_MAX };
  const units = useList<UnitView>("/units", query, { enabled: enabled && unit_id !== null });
  const regions = useList<RegionView>("/regions", query, { enabled: enabled && region_id !== null });
  if (units.loading || regions.loading) return null;
  const unit = units.items.find(({ id }) => id === unit_id);
  const region = regions.items.find(({ id }) => id === region_id);
  return (
    <>
      {unit_id ? <div>{unit ? nameOf(unit.name) : <UnitName id={unit_id} />}</div> : null}
      {region_id ? (
        <div className="kit-quiet">
          {region ? nameOf(region.name) : <RegionName id={region_id} />}
        </div>
      ) : null}
    </>
  );
}
