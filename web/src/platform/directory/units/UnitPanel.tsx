import { Skeleton } from "antd";
import { Link } from "react-router";
import type { UnitView } from "../../../api/contract";
import { useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { DescriptionList } from "../../../kit/DescriptionList";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { paths } from "../../../paths";
import { DirectoryComingCard } from "../../coming/DirectoryComing";
import { RegionName } from "../PlaceName";
import { Span } from "../Span";
import { pathTo } from "../unitTree";
import { useName } from "../useName";
import { Versions } from "../Versions";
import { words } from "../words";
import { PeopleCard } from "./PeopleCard";
import { PostsCard } from "./PostsCard";
import { SuccessionCard } from "./SuccessionCard";

function Facts(props: { unit: UnitView; units: UnitView[]; as_of: string }) {
  const { unit, units, as_of } = props;
  const said = useWords(words);
  const name = useName();
  const above = pathTo(units, unit.id);
  // What is above the uppermost unit that is seen, if there is more.
  const listed = units.some((one) => one.id === unit.id);
  const hidden = listed && (above[0] ?? unit).parent_id !== null;
  const below = units.filter((one) => one.parent_id === unit.id);
  const linksTo = (some: UnitView[], between: string) =>
    some.map((one, at) => (
      <span key={one.id}>
        {at > 0 ? between : null}
        <Link to={paths.unit(one.id, { as_of })}>{name(one.name)}</Link>
      </span>
    ));
  const items = [
    {
      key: "parent",
      term: said.parent,
      value: (
        <span className="directory-way">
          {hidden ? <span className="kit-quiet">{said.unseen}</span> : null}
          {hidden && above.length > 0 ? " / " : null}
          {linksTo(above, " / ")}
          {unit.parent_id === null ? said.top : null}
        </span>
      ),
    },
    { key: "code", term: said.code, value: unit.code },
    { key: "kind", term: said.kind, value: unit.kind || null },
    { key: "short", term: said.short_name, value: unit.short_name || null },
    {
      key: "region",
      term: said.region,
      value: unit.region_id ? <RegionName id={unit.region_id} as_of={as_of} /> : null,
    },
    { key: "valid", term: said.valid, value: <Span span={unit} state /> },
    {
      key: "below",
      term: said.subunits,
      value: below.length ? linksTo(below, said.comma) : said.none,
    },
  ];
  return (
    <Card title={said.unit}>
      <DescriptionList items={items} columns={3} />
    </Card>
  );
}

/** One unit at a day: where it stands, its posts and who holds them, its people, its history. */
export function UnitPanel(props: { id: string; units: UnitView[]; as_of: string }) {
  const { id, as_of } = props;
  const name = useName();
  const read = useOne<UnitView>(`/units/${id}`, { as_of });
  if (read.problem) return <ErrorPanel problem={read.problem} onRetry={read.reload} />;
  const unit = read.value;
  if (!unit || unit.id !== id) return <Skeleton active />;
  return (
    <>
      <Facts unit={unit} units={props.units} as_of={as_of} />
      <DirectoryComingCard id={id} />
      <PostsCard unit_id={id} as_of={as_of} />
      <PeopleCard unit_id={id} as_of={as_of} />
      <SuccessionCard unit_id={id} />
      <Versions<UnitView>
        path={`/units/${id}/history`}
        about="unit"
        show={(version) => `${name(version.name)} · ${version.code}`}
      />
    </>
  );
}
