import { FilterOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { AutoComplete, Input } from "antd";
import type { KeyboardEvent } from "react";
import { useRef, useState } from "react";
import { ask } from "../../api/client";
import type { FilterCompletion } from "../../api/contract";
import { useText, useWords } from "../../kit/language";
import { words } from "./words";

/** What stands before a candidate; one that follows a whole word is set off by a blank. */
function before(typed: string, from: number): string {
  const kept = typed.slice(0, from);
  const follows = from === typed.length && /[^\s(]$/.test(kept);
  return follows ? `${kept} ` : kept;
}

/**
 * The filter of the list: completes as it is typed, and is applied by Enter. What is wrong with it
 * the list says, which asks the server.
 */
export function FilterBox(props: { value: string; onFilter: (filter: string) => void }) {
  const { value, onFilter } = props;
  const said = useWords(words);
  const textOf = useText();
  // Whether the arrows were used to go to a candidate: only then Enter takes it.
  const moved = useRef(false);
  const [typed, setTyped] = useState(value);
  const [open, setOpen] = useState(false);
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    setTyped(value);
  }
  const completion = useQuery<FilterCompletion>({
    queryKey: ["resources", "filter", typed],
    queryFn: ({ signal }) =>
      ask<FilterCompletion>({
        method: "GET",
        path: "/resources/filter/complete",
        query: { text: typed },
        signal,
      }),
    retry: false,
  });
  const { candidates = [], from = 0 } = completion.data ?? {};
  const options = candidates.map((one) => ({
    value: `${before(typed, from)}${one.text} `,
    label: (
      <span className="resource-candidate">
        <code>{one.text}</code>
        <span className="kit-quiet">{textOf(one.title)}</span>
      </span>
    ),
  }));
  const onKey = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key === "Enter" && !moved.current) {
      event.stopPropagation();
      setOpen(false);
      onFilter(typed.trim());
    }
    moved.current = event.key === "ArrowDown" || event.key === "ArrowUp";
  };
  return (
    <div className="resource-filter" onKeyDownCapture={onKey}>
      <AutoComplete
        className="kit-wide"
        open={open && options.length > 0}
        onOpenChange={setOpen}
        value={typed}
        options={options}
        onChange={setTyped}
        onSelect={setTyped}
        defaultActiveFirstOption={false}
      >
        <Input
          allowClear
          spellCheck={false}
          prefix={<FilterOutlined aria-hidden />}
          aria-label={said.filter}
          placeholder={said.filter_example}
          onClear={() => onFilter("")}
        />
      </AutoComplete>
    </div>
  );
}
