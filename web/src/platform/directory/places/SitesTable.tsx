import type { SiteView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { useCan } from "../../../shell/can";
import { RegionName, UnitName } from "../PlaceName";
import { useName } from "../useName";
import { words } from "../words";
import { PlaceActions } from "./PlaceActions";
import { SiteDialog } from "./SiteDialog";

/** The sites that a filter leaves, at a day. */
export function SitesTable(props: { query: { q: string; as_of: string } }) {
  const said = useWords(words);
  const name = useName();
  const list = useList<SiteView>("/sites", props.query);
  const { as_of } = props.query;
  const past = as_of !== "";
  const invited = useCan()("directory.change") === null && !past;
  return (
    <ListTable<SiteView>
      label={said.sites}
      list={list}
      rowKey={(site) => site.id}
      empty={invited ? said.sites_empty : said.sites_bare}
      columns={[
        { key: "name", title: said.name, render: (_, site) => name(site.name) },
        { key: "code", title: said.code, render: (_, site) => site.code },
        {
          key: "region",
          title: said.region,
          render: (_, site) => (site.region_id ? <RegionName id={site.region_id} as_of={as_of} /> : "–"),
        },
        {
          key: "unit",
          title: said.unit,
          render: (_, site) => (site.unit_id ? <UnitName id={site.unit_id} as_of={as_of} /> : "–"),
        },
        { key: "address", title: said.address, render: (_, site) => site.address || "–" },
        {
          key: "actions",
          title: "",
          align: "right",
          render: (_, site) =>
            past ? null : (
              <PlaceActions
                path={`/sites/${site.id}`}
                version={site.version}
                name={name(site.name)}
                dialog={(onClose) => <SiteDialog site={site} onClose={onClose} />}
              />
            ),
        },
      ]}
    />
  );
}
