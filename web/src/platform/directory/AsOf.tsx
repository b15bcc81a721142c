import { Button, Slider } from "antd";
import { useState } from "react";
import { DayInput } from "../../kit/DayInput";
import { dayAfter, dayOf, daysBetween } from "../../kit/days";
import { useWords } from "../../kit/language";
import { useNow } from "../../kit/TimeAgo";
import { words } from "./words";

const BACK_DAYS = 1095;
const AHEAD_DAYS = 365;

/** Chooses the day that a page shows; empty is now. */
export function AsOf(props: { value: string; onChange: (day: string) => void }) {
  const { value, onChange } = props;
  const said = useWords(words);
  const today = dayOf(new Date(useNow()));
  const at = value ? daysBetween(today, value) : 0;
  // While the handle is held only the slider moves; the page is read when it is let go.
  const [held, setHeld] = useState<number | null>(null);
  const choose = (days: number) => {
    setHeld(null);
    onChange(days === 0 ? "" : dayAfter(today, days));
  };
  return (
    <div className="directory-as-of" role="group" aria-label={said.as_of}>
      <span>{said.as_of}</span>
      <DayInput
        label={said.as_of}
        value={held === null ? value || today : dayAfter(today, held)}
        onChange={(day) => onChange(day === today ? "" : day)}
      />
      <Slider
        className="directory-as-of-slider"
        // A day that was typed may lie beyond: the handle stands on it, not at the end nearest to it.
        min={Math.min(-BACK_DAYS, at)}
        max={Math.max(AHEAD_DAYS, at)}
        value={held ?? at}
        onChange={setHeld}
        onChangeComplete={choose}
        marks={{ 0: said.as_of_now }}
        tooltip={{ formatter: (days) => dayAfter(today, days ?? 0) }}
        ariaLabelForHandle={said.as_of_slider}
      />
      <Button disabled={!value} onClick={() => onChange("")}>
        {said.as_of_now}
      </Button>
    </div>
  );
}
