import { useMemo } from "react";
import { Link } from "react-router";
import type { PermissionHolderView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { useText, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { useViewState } from "../../../kit/viewState";
import { paths } from "../../../paths";
import { RegionSelect, UnitSelect } from "../../directory/PlaceSelect";
import { ResourceSelect } from "../../resources/ResourceSelect";
import { ScopeText } from "./ScopeText";
import { PermissionSelect } from "./UserSelect";
import { wayWords } from "./wayWords";
import { words } from "./words";
import "../access.css";

function Why(props: { holder: PermissionHolderView }) {
  const said = useWords(words);
  const text = useText();
  return (
    <ul className="access-plain">
      {props.holder.lines.map((line) => (
        <li key={`${line.grant.id} ${wayWords(said, line.path)}`}>
          {text(line.role_title)} · <ScopeText scope={line.grant.scope} /> ·{" "}
          {wayWords(said, line.path)}
        </li>
      ))}
    </ul>
  );
}

/** Who may do something at a place, and why. */
export default function HoldersPage() {
  const said = useWords(words);
  const [view, setView] = useViewState(["permission", "unit_id", "region_id", "resource_id"]);
  const asked = view.permission !== "";
  const list = useList<PermissionHolderView>("/access/holders", view, { enabled: asked });
  const columns = useMemo(
    () => [
      {
        key: "user",
        title: said.user,
        render: (_: unknown, holder: PermissionHolderView) => (
          <Link to={paths.user(holder.user_id)}>
            {holder.display_name} · {holder.user_name}
          </Link>
        ),
      },
      {
        key: "why",
        title: said.why,
        render: (_: unknown, holder: PermissionHolderView) => <Why holder={holder} />,
      },
    ],
    [said],
  );
  return (
    <>
      <PageHeader title={said.holders} about={said.holders_about} />
      <div className="kit-filters">
        <div className="access-filter">
          <PermissionSelect
            label={said.permission}
            value={view.permission}
            clearable
            onChange={(permission) => setView({ permission })}
          />
        </div>
        <div className="access-filter">
          <UnitSelect
            label={said.unit}
            value={view.unit_id}
            onChange={(unit_id) => setView({ unit_id: unit_id ?? "" })}
          />
        </div>
        <div className="access-filter">
          <RegionSelect
            label={said.region}
            value={view.region_id}
            onChange={(region_id) => setView({ region_id: region_id ?? "" })}
          />
        </div>
        <div className="access-filter access-filter-wide">
          <ResourceSelect
            label={said.resource}
            {...(view.resource_id ? { value: view.resource_id } : {})}
            onChange={(resource_id) => setView({ resource_id })}
          />
        </div>
      </div>
      {asked ? (
        <ListTable<PermissionHolderView>
          label={said.holders}
          list={list}
          rowKey={(holder) => holder.user_id}
          empty={said.holders_empty}
          columns={columns}
        />
      ) : (
        <p className="kit-quiet">{said.holders_choose}</p>
      )}
    </>
  );
}
