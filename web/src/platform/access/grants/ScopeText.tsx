import type { ScopeView } from "../../../api/contract";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { RegionName, UnitName } from "../../directory/PlaceName";
import { words } from "./words";

/** A scope in words: the name of its unit or region, or how many resources it has. */
export function ScopeText(props: { scope: ScopeView }) {
  const said = useWords(words);
  const ids = props.scope.ids ?? [];
  const first = ids[0];
  switch (props.scope.kind) {
    case "everything":
      return said.scope_everything;
    case "unit":
      return first ? <UnitName id={first} /> : said.scope_unit;
    case "region":
      return first ? <RegionName id={first} /> : said.scope_region;
    case "resources":
      return fill(said.scope_n, { n: ids.length });
  }
}
