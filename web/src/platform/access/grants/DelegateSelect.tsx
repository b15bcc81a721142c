import { Select } from "antd";
import { useDeferredValue, useState } from "react";
import type { DelegateView } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { useText, useWords } from "../../../kit/language";
import type { ChosenProps } from "./UserSelect";
import { words } from "./words";

/** Chooses to whom something is passed on, by part of a name: among people whom one sees. */
export function DelegateSelect(props: Omit<ChosenProps, "clearable">) {
  const said = useWords(words);
  const text = useText();
  const [typed, setTyped] = useState("");
  const q = useDeferredValue(typed.trim().slice(0, 64));
  const found = useItems<DelegateView>(q === "" ? null : "/profile/delegates/search", { q });
  const [chosen, setChosen] = useState<{ value: string; label: string } | null>(null);
  const labelOf = (one: DelegateView) =>
    [one.name, one.number, one.unit ? text(one.unit) : null].filter(Boolean).join(" · ");
  const options = found.items.map((one) => ({ value: one.user_id, label: labelOf(one) }));
  // Whoever was chosen keeps their name when something else is typed.
  if (chosen !== null && options.every((one) => one.value !== chosen.value)) options.push(chosen);
  return (
    <Select
      {...(props.id === undefined ? {} : { id: props.id })}
      {...(props.value ? { value: props.value } : {})}
      aria-label={props.label}
      placeholder={said.delegate_find}
      className="kit-wide"
      showSearch={{ filterOption: false, onSearch: setTyped }}
      notFoundContent={q === "" ? said.delegate_find : said.delegate_nobody}
      options={options}
      loading={found.loading}
      onChange={(id: string) => {
        setChosen(options.find((one) => one.value === id) ?? null);
        props.onChange?.(id);
      }}
    />
  );
}
