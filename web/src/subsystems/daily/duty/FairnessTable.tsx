import { useMemo } from "react";
import type { LoadView } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { formatNumber } from "../../../kit/format";
import { useLanguage, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { words } from "./words";

const FIGURES = [
  "shifts",
  "hours",
  "nights",
  "night_hours",
  "weekends",
  "holidays",
  "off_hours",
] as const;

/** How much duty each has: a bar beside the shifts shows who has most. */
export function FairnessTable(props: { roster: string; from: string; to: string }) {
  const said = useWords(words);
  const language = useLanguage();
  const list = useItems<LoadView>(`/duty/rosters/${props.roster}/fairness`, {
    from: props.from,
    to: props.to,
  });
  const columns = useMemo<Column<LoadView>[]>(
    () => [
      { key: "person", title: said.person, width: 110, render: (_, row) => row.name },
      ...FIGURES.map((figure) => ({
        key: figure,
        title: said[figure],
        width: 105,
        align: "right" as const,
        sorter: (a: LoadView, b: LoadView) => a[figure] - b[figure],
        render: (_: unknown, row: LoadView) => (
          <span className="kit-figure">{formatNumber(row[figure], language, 1)}</span>
        ),
      })),
    ],
    [said, language],
  );
  return (
    <ListTable
      label={said.fairness}
      columns={columns}
      list={list}
      rowKey={(row) => row.person_id}
      empty={said.fairness_empty}
      size="small"
    />
  );
}
