import { Segmented } from "antd";
import { useWords } from "../../kit/language";
import { useViewState } from "../../kit/viewState";
import { periodOf, PERIODS } from "./periods";
import type { Period } from "./periods";
import { words } from "./words";

/** The period of the charts on this page, kept in the URL. */
export function usePeriod(): [Period, (name: string) => void] {
  const [view, setView] = useViewState(["period"]);
  return [periodOf(view.period), (period) => setView({ period })];
}

/** Chooses how far back the charts reach. */
export function PeriodPicker() {
  const said = useWords(words);
  const [period, setPeriod] = usePeriod();
  return (
    <Segmented
      aria-label={said.period}
      value={period.name}
      onChange={setPeriod}
      options={PERIODS.map((one) => ({ value: one.name, label: said[one.name] }))}
    />
  );
}
