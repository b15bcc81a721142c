import type { RegionView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { useCan } from "../../../shell/can";
import { RegionName } from "../PlaceName";
import { Span } from "../Span";
import { useName } from "../useName";
import { words } from "../words";
import { PlaceActions } from "./PlaceActions";
import { RegionDialog } from "./RegionDialog";

/** The regions that a filter leaves, at a day. */
export function RegionsTable(props: { query: { q: string; as_of: string } }) {
  const said = useWords(words);
  const name = useName();
  const list = useList<RegionView>("/regions", props.query);
  const past = props.query.as_of !== "";
  const invited = useCan()("directory.change") === null && !past;
  return (
    <ListTable<RegionView>
      label={said.regions}
      list={list}
      rowKey={(region) => region.id}
      empty={invited ? said.regions_empty : said.regions_bare}
      columns={[
        { key: "name", title: said.name, render: (_, region) => name(region.name) },
        { key: "code", title: said.code, render: (_, region) => region.code },
        { key: "kind", title: said.kind, render: (_, region) => region.kind || "–" },
        {
          key: "parent",
          title: said.parent,
          render: (_, region) =>
            region.parent_id ? (
              <RegionName id={region.parent_id} as_of={props.query.as_of} />
            ) : (
              said.top
            ),
        },
        { key: "valid", title: said.valid, render: (_, region) => <Span span={region} state /> },
        {
          key: "actions",
          title: "",
          align: "right",
          render: (_, region) =>
            past ? null : (
              <PlaceActions
                path={`/regions/${region.id}`}
                begin={`/regions/${region.id}/begin`}
                version={region.version}
                name={name(region.name)}
                dialog={(onClose) => <RegionDialog region={region} onClose={onClose} />}
              />
            ),
        },
      ]}
    />
  );
}
