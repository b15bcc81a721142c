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
  /** The title: what the tree tells a screen reader is the value. Codes make it unique. */
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
    return items.map((one) => {
      const title = `${nameOf(one.name)} · ${one.code}`;
      return {
        id: one.id,
        // A node whose parent the caller may not see stands at the top.
        pId: one.parent_id && known.has(one.parent_id) ? one.parent_id : null,
        value: title,
        title,
        sought: `${one.name.zh} ${one.name.en} ${one.code}`,
      };
    });
  }, [items, nameOf]);
  return { nodes, loading };
}

function PlaceSelect(props: PlaceSelectProps & { path: "/units" | "/regions" }) {
  const said = useWords(words);
  const { nodes, loading } = usePlaceNodes(props.path);
  // What is chosen already may lie beyond what is loaded, or beyond what the reader sees.
  const found = nodes.find((node) => node.id === props.value);
  const listed = !props.value || found !== undefined;
  const chosen = usePlace(props.path, listed ? null : (props.value ?? null));
  const title = chosen.name ?? (chosen.without ? said[chosen.without] : said.loading);
  const apart: TreeNode = {
    id: props.value ?? "",
    pId: null,
    value: title,
    title,
    sought: title,
    disabled: chosen.name === undefined,
  };
  const all = listed ? nodes : [apart, ...nodes];
  return (
    <TreeSelect
      {...(props.id === undefined ? {} : { id: props.id })}
      aria-label={props.label}
      placeholder={props.label}
      className="kit-wide"
      allowClear
      showSearch={{ treeNodeFilterProp: "sought" }}
      treeDataSimpleMode
      treeData={all}
      loading={loading}
      {...(props.value ? { value: found?.value ?? title } : {})}
      onChange={(value: string | undefined) =>
        props.onChange?.(all.find((node) => node.value === value)?.id ?? null)
      }
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
