import { AutoComplete, Input } from "antd";
import { useState } from "react";
import { useWords } from "../../kit/language";
import { readSpan, writeSpan } from "./spans";
import { words } from "./words";

/** A span of time: chosen, or written such as `90m`. Null where it may be left open. */
export function SpanInput(props: {
  label: string;
  value: number | null;
  /** What is offered, in seconds. */
  offered: number[];
  /** What an empty field means; without it there must be a span. */
  empty?: string;
  onChange: (seconds: number | null) => void;
}) {
  const { value, empty, onChange } = props;
  const said = useWords(words);
  const shown = value === null ? "" : writeSpan(value);
  const [typed, setTyped] = useState(shown);
  const [before, setBefore] = useState(shown);
  if (before !== shown) {
    // The address changed: show what it says.
    setBefore(shown);
    setTyped(shown);
  }
  const wrong = typed.trim() === "" ? empty === undefined : readSpan(typed) === null;
  const commit = (text: string) => {
    const seconds = readSpan(text);
    if (seconds === null && (text.trim() !== "" || empty === undefined)) return;
    if (seconds !== value) onChange(seconds);
  };
  return (
    <AutoComplete
      className="explore-span"
      options={props.offered.map((seconds) => ({ value: writeSpan(seconds) }))}
      value={typed}
      onChange={setTyped}
      onSelect={commit}
      onBlur={() => commit(typed)}
    >
      <Input
        aria-label={props.label}
        aria-invalid={wrong}
        {...(wrong ? { status: "error" as const, title: said.span_wrong } : {})}
        prefix={<span className="kit-quiet">{props.label}</span>}
        placeholder={empty ?? said.range_hint}
        onPressEnter={() => commit(typed)}
      />
    </AutoComplete>
  );
}
