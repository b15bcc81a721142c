import { Empty, Skeleton, Tree } from "antd";
import { useMemo, useState } from "react";
import type { UnitView } from "../../../api/contract";
import { useAll } from "../../../api/hooks";
import type { List } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { useWords } from "../../../kit/language";
import { SearchBox } from "../../../kit/SearchBox";
import { pathTo, treeOf } from "../unitTree";
import type { UnitNode } from "../unitTree";
import { useName } from "../useName";
import { words } from "../words";

interface TreeItem {
  key: string;
  title: string;
  children: TreeItem[];
}

const OPEN_LEVELS = 2;

/**
 * The nodes that are open at first: the upper levels. What has nothing below it is not among them,
 * or the tree would wait for the opening of nothing to end, and show nothing.
 */
function upper(nodes: UnitNode[], levels: number): string[] {
  if (levels === 0) return [];
  return nodes.flatMap((node) =>
    node.children.length > 0 ? [node.unit.id, ...upper(node.children, levels - 1)] : [],
  );
}

/** The tree of units; the search keeps what matches and what is above it. */
export function UnitTree(props: {
  units: List<UnitView>;
  chosen?: string;
  /** Whether the reader may make what is missing. */
  invited: boolean;
  onChoose: (id: string) => void;
}) {
  const { units, chosen } = props;
  const said = useWords(words);
  const name = useName();
  const [sought, setSought] = useState("");
  const [opened, setOpened] = useState<string[] | null>(null);
  const found = useAll<UnitView>(sought ? "/units" : null, { q: sought });
  const shown = useMemo(() => {
    if (!sought) return units.items;
    const hits = new Set(found.items.map((unit) => unit.id));
    const above = found.items.flatMap((unit) => pathTo(units.items, unit.id).map((one) => one.id));
    const kept = new Set([...hits, ...above]);
    return units.items.filter((unit) => kept.has(unit.id));
  }, [sought, found.items, units.items]);
  const tops = useMemo(() => treeOf(shown), [shown]);
  const itemOf = (node: UnitNode): TreeItem => ({
    key: node.unit.id,
    title: name(node.unit.name),
    children: node.children.map(itemOf),
  });
  const wayDown = chosen ? pathTo(units.items, chosen).map((unit) => unit.id) : [];
  const open = sought
    ? shown.map((unit) => unit.id)
    : (opened ?? [...upper(tops, OPEN_LEVELS), ...wayDown]);
  const empty = sought ? said.unit_none : props.invited ? said.units_empty : said.units_bare;
  return (
    <Card title={said.tree}>
      <div className="directory-tree-tools">
        <SearchBox label={said.unit_search} value={sought} onSearch={setSought} />
      </div>
      {units.loading ? <Skeleton active title={false} /> : null}
      {shown.length === 0 && !units.loading ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} />
      ) : null}
      {shown.length === 0 ? null : (
        <Tree<TreeItem>
          aria-label={said.tree}
          treeData={tops.map(itemOf)}
          expandedKeys={open}
          onExpand={(keys) => setOpened(keys.map(String))}
          selectedKeys={chosen ? [chosen] : []}
          onSelect={(_, at) => props.onChoose(at.node.key)}
          blockNode
          virtual={shown.length > 200}
          {...(shown.length > 200 ? { height: 600 } : {})}
        />
      )}
    </Card>
  );
}
