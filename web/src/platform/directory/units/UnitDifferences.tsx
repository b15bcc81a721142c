import { Link } from "react-router";
import type { UnitView } from "../../../api/contract";
import { useAll } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { paths } from "../../../paths";
import { differencesBetween } from "../unitTree";
import type { UnitDifference } from "../unitTree";
import { useName } from "../useName";
import { words } from "../words";

const SHOWN_MAX = 200;

/** What is different between another day and today, unit by unit. */
export function UnitDifferences(props: { as_of: string; then: UnitView[] }) {
  const said = useWords(words);
  const name = useName();
  const now = useAll<UnitView>("/units");
  const rows = now.loading ? [] : differencesBetween(props.then, now.items);
  const names = new Map([...now.items, ...props.then].map((unit) => [unit.id, name(unit.name)]));
  const parentOf = (unit: UnitView | undefined) =>
    unit?.parent_id ? (names.get(unit.parent_id) ?? said.unseen) : said.top;
  const wordsOf = (row: UnitDifference): string => {
    if (row.what === "moved") {
      return fill(said.diff_moved, { was: parentOf(row.was), now: parentOf(row.now) });
    }
    if (row.what === "renamed") {
      const values = { was: name(row.was?.name), now: name(row.now?.name) };
      return fill(said.diff_renamed, values);
    }
    return row.what === "only_then" ? said.diff_only_then : said.diff_only_now;
  };
  return (
    <Card title={fill(said.changed, { day: props.as_of })}>
      {rows.length === 0 && !now.loading ? <p className="kit-quiet">{said.changed_none}</p> : null}
      <ul className="directory-plain">
        {rows.slice(0, SHOWN_MAX).map((row) => (
          <li key={`${row.id} ${row.what}`}>
            <Link to={paths.unit(row.id, row.now ? {} : { as_of: props.as_of })}>
              {name(row.unit.name)}
            </Link>{" "}
            <span className="kit-quiet">{wordsOf(row)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
