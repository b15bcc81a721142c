import { FilterOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { AutoComplete, Input } from "antd";
import { useState } from "react";
import { ask } from "../../api/client";
import type { FilterCompletion } from "../../api/contract";
import { useText, useWords } from "../../kit/language";
import { words } from "./words";

/**
 * The filter of the list: completes as it is typed, and is applied by Enter. What is wrong with it
 * the list says, which asks the server.
 */
export function FilterBox(props: { value: string; onFilter: (filter: string) => void }) {
  const { value, onFilter } = props;
  const said = useWords(words);
  const textOf = useText();
  const [typed, setTyped] = useState(value);
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
    value: `${typed.slice(0, from)}${one.text} `,
    label: (
      <span className="resource-candidate">
        <code>{one.text}</code>
        <span className="kit-quiet">{textOf(one.title)}</span>
      </span>
    ),
  }));
  return (
    <AutoComplete
      className="resource-filter"
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
        onPressEnter={(event) => {
          // Enter on a candidate takes the candidate; the next one applies the filter.
          if (event.currentTarget.getAttribute("aria-activedescendant")?.endsWith("_-1") === false)
            return;
          onFilter(typed.trim());
        }}
        onClear={() => onFilter("")}
      />
    </AutoComplete>
  );
}
