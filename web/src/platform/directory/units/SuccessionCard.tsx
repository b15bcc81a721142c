import { Link } from "react-router";
import type { UnitSuccessionView } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { dayOf } from "../../../kit/days";
import { useWords } from "../../../kit/language";
import { paths } from "../../../paths";
import { UnitName } from "../PlaceName";
import { words } from "../words";

/** The last moment before another: what ends then is still there. */
function momentBefore(at: string): string {
  return new Date(Date.parse(at) - 1).toISOString();
}

/** From which units this one took over, and which took over from it; nothing without any. */
export function SuccessionCard(props: { unit_id: string }) {
  const said = useWords(words);
  const { items } = useItems<UnitSuccessionView>(`/units/${props.unit_id}/succession`);
  if (items.length === 0) return null;
  return (
    <Card title={said.succession}>
      <ul className="directory-plain">
        {items.map((one) => {
          const after = one.unit_id === props.unit_id;
          const other = after ? one.successor_id : one.unit_id;
          return (
            <li key={`${one.unit_id} ${one.successor_id}`}>
              {dayOf(new Date(one.effective_at))}{" "}
              {after ? said.succession_to : said.succession_from}{" "}
              <Link to={paths.unit(other)}>
                <UnitName id={other} as_of={after ? one.effective_at : momentBefore(one.effective_at)} />
              </Link>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
