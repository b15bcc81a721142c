import { Select } from "antd";
import { useState } from "react";
import type { ResourceView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { useWords } from "../../kit/language";
import { useCan } from "../../shell/can";
import { useKinds } from "./useKinds";
import { words } from "./words";

export interface ResourceSelectProps {
  label: string;
  /** A resource that cannot be chosen. */
  except?: string;
  value?: string;
  onChange?: (id: string) => void;
  id?: string;
}

/** Finds a resource by its name. */
export function ResourceSelect(props: ResourceSelectProps) {
  const said = useWords(words);
  const kinds = useKinds();
  const [q, setQ] = useState("");
  const refusal = useCan()("resource.read");
  const enabled = refusal === null;
  const found = useList<ResourceView>("/resources", { q, limit: 20 }, { enabled });
  const options = found.items
    .filter((one) => one.id !== props.except)
    .map((one) => ({ value: one.id, label: `${one.name} · ${kinds.titleOf(one.kind)}` }));
  return (
    <Select
      {...(props.id === undefined ? {} : { id: props.id })}
      {...(props.value === undefined ? {} : { value: props.value })}
      aria-label={props.label}
      showSearch={{ filterOption: false, onSearch: setQ }}
      placeholder={enabled ? said.other_hint : refusal}
      disabled={!enabled}
      options={options}
      loading={found.loading}
      onChange={(id: string) => props.onChange?.(id)}
    />
  );
}
