import { TreeSelect } from "antd";
import { useMemo } from "react";
import type { RegionView, UnitView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { useName } from "./useName";

/** The most of a tree that a select loads at once; more is found on the tree's own page. */
const NODES_MAX = 500;

type Node = UnitView | RegionView;

interface TreeNode {
  id: string;
  pId: string | null;
  value: string;
  title: string;
}

export interface PlaceSelectProps {
  label: string;
  value?: string | null;
  onChange?: (id: string | null) => void;
  id?: string;
}

function usePlaces(path: "/units" | "/regions"): { nodes: TreeNode[]; loading: boolean } {
  const nameOf = useName();
  const list = useList<Node>(path, { limit: NODES_MAX });
  const { items, loading } = list;
  const nodes = useMemo(() => {
    const known = new Set(items.map((one) => one.id));
    return items.map((one) => ({
      id: one.id,
      // A node whose parent the caller may not see stands at the top.
      pId: one.parent_id && known.has(one.parent_id) ? one.parent_id : null,
      value: one.id,
      title: `${nameOf(one.name)} · ${one.code}`,
    }));
  }, [items, nameOf]);
  return { nodes, loading };
}

function PlaceSelect(props: PlaceSelectProps & { path: "/units" | "/regions" }) {
  const { nodes, loading } = usePlaces(props.path);
  return (
    <TreeSelect
      {...(props.id === undefined ? {} : { id: props.id })}
      aria-label={props.label}
      placeholder={props.label}
      className="kit-wide"
      allowClear
      showSearch={{ treeNodeFilterProp: "title" }}
      treeDataSimpleMode
      treeData={nodes}
      loading={loading}
      {...(props.value ? { value: props.value } : {})}
      onChange={(value: string | undefined) => props.onChange?.(value ?? null)}
    />
  );
}

/** Chooses a unit from the tree of those the caller sees. */
export function UnitSelect(props: PlaceSelectProps) {
  return <PlaceSelect {...props} path="/units" />;
}

/** Chooses a region from the tree of those the caller sees. */
export function RegionSelect(props: PlaceSelectProps) {
  return <PlaceSelect {...props} path="/regions" />;
}
