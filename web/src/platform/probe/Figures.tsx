import type { CheckFigure } from "../../api/contract";
import { DescriptionList } from "../../kit/DescriptionList";
import { Figure } from "../../kit/Figure";
import { useFigureWord } from "./useFigureWord";

/** The figures that a check measured. */
export function Figures(props: { figures: CheckFigure[] }) {
  const figureWord = useFigureWord();
  if (props.figures.length === 0) return null;
  return (
    <DescriptionList
      columns={3}
      items={props.figures.map((one) => ({
        key: one.label,
        term: figureWord(one.label),
        value: <Figure value={one.value} unit={one.unit} />,
      }))}
    />
  );
}
