import { Menu } from "antd";
import type { MenuProps } from "antd";
import { cloneElement } from "react";
import { Link, useLocation } from "react-router";
import { useWords } from "../kit/language";
import { useMayOpen } from "./can";
import { wings } from "./navigation";
import type { NavigationEntry } from "./navigation";
import { words } from "./words";

type Item = NonNullable<MenuProps["items"]>[number];

/** The word beside an icon says all: for those who cannot see it, it is not there. */
const UNNAMED = { "aria-hidden": true, "aria-label": undefined };

/** The entry whose page is open: the longest path that the address starts with. */
export function openEntry(pathname: string, paths: string[]): string | undefined {
  return paths
    .filter((path) => pathname === path || (path !== "/" && pathname.startsWith(`${path}/`)))
    .toSorted((one, other) => other.length - one.length)[0];
}

/** The entries of the navigation; what the role may not see is disabled with the reason. */
export function SideMenu(props: { folded: boolean; onChosen?: () => void }) {
  const said = useWords(words);
  const mayOpen = useMayOpen();
  const { pathname } = useLocation();
  const itemOf = (entry: NavigationEntry): Item => {
    const refusal = mayOpen(entry);
    return {
      key: entry.path,
      icon: cloneElement(entry.icon, UNNAMED),
      disabled: refusal !== null,
      title: refusal ?? said[entry.word],
      label: refusal ? said[entry.word] : <Link to={entry.path}>{said[entry.word]}</Link>,
    };
  };
  const items = wings.flatMap((wing): Item[] => {
    const entries = wing.entries.map(itemOf);
    if (wing.word === null) return entries;
    if (props.folded) return [{ type: "divider", key: `wing-${wing.word}` }, ...entries];
    return [{ type: "group", key: wing.word, label: said[wing.word], children: entries }];
  });
  const all = wings.flatMap((wing) => wing.entries.map((entry) => entry.path));
  const open = openEntry(pathname, all);
  return (
    <Menu
      className="shell-menu"
      mode="inline"
      inlineCollapsed={props.folded}
      inlineIndent={16}
      items={items}
      selectedKeys={open ? [open] : []}
      onClick={() => props.onChosen?.()}
    />
  );
}
