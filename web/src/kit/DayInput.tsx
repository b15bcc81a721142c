import { Input } from "antd";

export interface DayInputProps {
  label?: string;
  value?: string;
  onChange?: (day: string) => void;
  id?: string;
  min?: string;
}

/** A day as `2026-03-01`, empty when none is chosen. */
export function DayInput(props: DayInputProps) {
  const { label, value, onChange, id, min } = props;
  return (
    <Input
      type="date"
      className="kit-day"
      {...(id === undefined ? {} : { id })}
      {...(min === undefined ? {} : { min })}
      {...(label === undefined ? {} : { "aria-label": label })}
      value={value ?? ""}
      onChange={(event) => onChange?.(event.target.value)}
    />
  );
}
