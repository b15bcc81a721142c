import { useWords } from "../../kit/language";
import type { PlacePath } from "./usePlace";
import { usePlace } from "./usePlace";
import { words } from "./words";

export interface PlaceNameProps {
  id: string;
  /** The day whose name is meant; now when not given. */
  as_of?: string | undefined;
}

function PlaceName(props: PlaceNameProps & { path: PlacePath }) {
  const said = useWords(words);
  const place = usePlace(props.path, props.id, props.as_of);
  if (place.name !== undefined) return <span>{place.name}</span>;
  return place.without ? <span className="kit-quiet">{said[place.without]}</span> : null;
}

/** What a unit is called; a plain phrase for those who may not see it. */
export function UnitName(props: PlaceNameProps) {
  return <PlaceName {...props} path="/units" />;
}

/** What a region is called; a plain phrase for those who may not see it. */
export function RegionName(props: PlaceNameProps) {
  return <PlaceName {...props} path="/regions" />;
}
