import type { ReactNode } from "react";
import { Link } from "react-router";
import { paths } from "../../../paths";

/** A figure that leads to its tickets; plain where there are none, or no list shows just them. */
export function FigureLink(props: {
  view: Record<string, string> | null;
  label: string;
  count: number;
  children: ReactNode;
}) {
  const { view, label, count, children } = props;
  if (view === null || count === 0) return children;
  return (
    <Link to={paths.tickets(view)} aria-label={label} className="desk-figure">
      {children}
    </Link>
  );
}
