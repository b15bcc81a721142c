import { Select } from "antd";
import { useState } from "react";
import type { DutyPersonView, PersonView } from "../../../api/contract";
import { useList } from "../../../api/hooks";

/** Chooses people by name, pinyin or number; those known by the roster keep their names. */
export function PeopleSelect(props: {
  label: string;
  known: readonly DutyPersonView[];
  value?: string[];
  onChange?: (ids: string[]) => void;
  id?: string;
}) {
  const [q, setQ] = useState("");
  const [chosen, setChosen] = useState<{ value: string; label: string }[]>([]);
  const found = useList<PersonView>("/people", { q, limit: 50 });
  const options = new Map<string, string>();
  for (const one of props.known) options.set(one.id, one.name);
  for (const one of chosen) options.set(one.value, one.label);
  for (const one of found.items) options.set(one.id, `${one.name} · ${one.number}`);
  const all = [...options].map(([value, label]) => ({ value, label }));
  return (
    <Select
      {...(props.id === undefined ? {} : { id: props.id })}
      mode="multiple"
      aria-label={props.label}
      className="kit-wide"
      value={props.value ?? []}
      options={all}
      loading={found.loading}
      showSearch={{ filterOption: false, onSearch: setQ }}
      onChange={(ids: string[]) => {
        setChosen(all.filter((one) => ids.includes(one.value)));
        props.onChange?.(ids);
      }}
    />
  );
}
