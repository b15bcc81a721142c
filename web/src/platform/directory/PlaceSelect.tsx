import { TreeSelect } from "antd";
import { useMemo } from "react";
import type { RegionView, UnitView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { useWords } from "../../kit/language";
import { useName } from "./useName";
import { PLACES_MAX, usePlace } from "./usePlace";
import { words } from "./words";

type Node = UnitView | RegionView;

interface TreeNode {
  id: string;
  pId: string | null;
  value: string;
  title: string;
  /** What letters are looked for in: the names in both languages, and the code. */
  sought: string;
  disabled?: boolean;
}

export interface PlaceSelectProps {
  label: string;
  value?: string | null;
  onChange?: (id: string | null) => void;
  id?: string;
}

function usePlaceNodes(path: "/units" | "/regions"): { nodes: TreeNode[]; loading: boolean } {
  const nameOf = useName();
  const list = useList<Node>(path, { limit: PLACES_MAX });
  const { items, loading } = list;
  const nodes = useMemo(() => {
    const known = new Set(items.map((one) => one.id));
    return items.map((one) => ({
      id: one.id,
      // A node whose parent the caller may not see stands at the top.
      pId: one.parent_id && known.has(one.parent_id) ? one.parent_id : null,
      value: one.id,
      title: `${nameOf(one.name)} · ${one.code}`,
      sought: `${one.name.zh} ${one.name.en} ${one.code}`,
    }));
  }, [items, nameOf]);
  return { nodes, loading };
}

function PlaceSelect(props: PlaceSelectProps & { path: "/units" | "/regions" }) {
  const said = useWords(words);
  const { nodes, loading } = usePlaceNodes(props.path);
  // What is chosen already may lie beyond what is loaded, or beyond what the reader sees.
  const listed = !props.value || nodes.some((node) => node.value === props.value);
  const chosen = usePlace(props.path, listed ? null : (props.value ?? null));
  const title = chosen.name ?? (chosen.without ? said[chosen.without] : said.loading);
  const apart: TreeNode = {
    id: props.value ?? "",
    pId: null,
    value: props.value ?? "",
    title,
    sought: title,
    disabled: chosen.name === undefined,
  };
  return (
    <TreeSelect
      {...(props.id === undefined ? {} : { id: props.id })}
      aria-label={props.label}
      placeholder={props.label}
      className="kit-wide"
      allowClear
      showSearch={{ treeNodeFilterProp: "sought" }}
      treeDataSimpleMode
      treeData={listed ? nodes : [apart, ...nodes]}
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
