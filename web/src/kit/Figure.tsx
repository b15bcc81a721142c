import { formatFigure } from "./format";
import type { Unit } from "./format";
import { useLanguage } from "./language";

/** A value with its unit, in figures that stand in columns. */
export function Figure(props: { value: number | null | undefined; unit: Unit }) {
  const language = useLanguage();
  return <span className="kit-figure">{formatFigure(props.value, props.unit, language)}</span>;
}
