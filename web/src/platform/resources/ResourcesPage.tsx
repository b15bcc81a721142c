import { PlusOutlined } from "@ant-design/icons";
import { Button, Segmented, Select, Tag } from "antd";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { CheckStateView, ResourceView } from "../../api/contract";
import { useItems, useList } from "../../api/hooks";
import { useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import type { Said } from "../../kit/say";
import { SearchBox } from "../../kit/SearchBox";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { useViewState } from "../../kit/viewState";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { FilterBox } from "./FilterBox";
import { FoundName } from "./FoundName";
import { KindIcon } from "./KindIcon";
import { useKinds } from "./useKinds";
import type { Kinds } from "./useKinds";
import { NewResourceDialog } from "./ResourceDialog";
import { PlaceCell } from "./PlaceCell";
import { ResourceTools } from "./ResourceTools";
import { SavedQueries } from "./SavedQueries";
import { sourceOf } from "./source";
import { words } from "./words";
import "./resources.css";

const STATES_EVERY_MS = 15_000;

function StateOf(props: { state: CheckStateView | undefined; said: Said<typeof words> }) {
  const { state, said } = props;
  if (!state) return <span className="kit-quiet">{said.unchecked}</span>;
  return <StateTag state={state.state} />;
}

function columnsOf(
  said: Said<typeof words>,
  kinds: Kinds,
  states: Map<string, CheckStateView>,
): Column<ResourceView>[] {
  return [
    {
      key: "name",
      title: said.name,
      width: 300,
      render: (_, row) => (
        <span className="resource-name">
          <KindIcon kind={row.kind} />
          <Link to={paths.resource(row.id)}>
            <FoundName name={row.name} />
          </Link>
          {row.tags.map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
        </span>
      ),
    },
    { key: "kind", title: said.kind, width: 140, render: (_, row) => kinds.titleOf(row.kind) },
    {
      key: "place",
      title: said.unit_and_region,
      width: 170,
      render: (_, row) => (
        <PlaceCell unit_id={row.unit_id ?? null} region_id={row.region_id ?? null} />
      ),
    },
    {
      key: "state",
      title: said.state,
      width: 130,
      render: (_, row) => <StateOf state={states.get(row.id)} said={said} />,
    },
    {
      key: "checks",
      title: said.checks,
      width: 190,
      render: (_, row) => {
        const state = states.get(row.id);
        if (!state) return null;
        const { checks, problems } = state;
        return (
          <span className={problems > 0 ? "" : "kit-quiet"}>
            {fill(problems > 0 ? said.problems : said.all_well, { checks, problems })}
          </span>
        );
      },
    },
    {
      key: "source",
      title: said.source,
      width: 150,
      render: (_, row) => <span className="kit-quiet">{sourceOf(row.source, said)}</span>,
    },
    {
      key: "updated",
      title: said.updated,
      width: 130,
      render: (_, row) => <TimeAgo at={row.updated_at} />,
    },
  ];
}

/** All resources: filtered by kind, name and use; each with the worst state of its checks. */
export default function ResourcesPage() {
  const said = useWords(words);
  const can = useCan();
  const navigate = useNavigate();
  const kinds = useKinds();
  const [creating, setCreating] = useState(false);
  const [view, setView] = useViewState(["kind", "q", "retired", "filter"]);
  const list = useList<ResourceView>("/resources", view);
  const { items } = useItems<CheckStateView>("/check-states", {}, { every_ms: STATES_EVERY_MS });
  const columns = useMemo(
    () => columnsOf(said, kinds, new Map(items.map((one) => [one.resource_id, one]))),
    [said, kinds, items],
  );
  const refusal = can("resource.change");
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setCreating(true)}
      >
        {said.new_resource}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader
        title={said.resources}
        about={said.resources_about}
        actions={
          <>
            <ResourceTools listed={view} />
            {create}
          </>
        }
      />
      <div className="kit-filters">
        <FilterBox value={view.filter} onFilter={(filter) => setView({ filter })} />
        <SavedQueries filter={view.filter} onFilter={(filter) => setView({ filter })} />
      </div>
      <div className="kit-filters">
        <SearchBox label={said.search} value={view.q} onSearch={(q) => setView({ q })} />
        <Select
          aria-label={said.kind}
          value={view.kind}
          style={{ minWidth: 180 }}
          onChange={(kind) => setView({ kind })}
          options={[
            { value: "", label: said.every_kind },
            ...kinds.items.map((one) => ({ value: one.name, label: kinds.titleOf(one.name) })),
          ]}
        />
        <Segmented
          aria-label={said.use}
          value={view.retired === "true" ? "true" : ""}
          onChange={(retired) => setView({ retired })}
          options={[
            { value: "", label: said.in_use },
            { value: "true", label: said.retired },
          ]}
        />
      </div>
      <ListTable
        label={said.resources}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={said.empty}
        refusal={refusal}
        onOpen={(row) => void navigate(paths.resource(row.id))}
      />
      {creating ? (
        <NewResourceDialog
          open
          kind={view.kind}
          onClose={() => setCreating(false)}
          onDone={(resource) => void navigate(paths.resource(resource.id))}
        />
      ) : null}
    </>
  );
}
