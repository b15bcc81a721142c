import { Select } from "antd";
import { useState } from "react";
import type { ResourceView, ScopeKind, ScopeView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { RegionSelect, UnitSelect } from "../../directory/PlaceSelect";
import { useCan } from "../../../shell/can";
import { words } from "./words";

const KINDS = ["everything", "unit", "region", "resources"] as const;

/** Chooses resources by name; who does not see resources gives their ids. */
function ResourcesSelect(props: { ids: string[]; onChange: (ids: string[]) => void }) {
  const said = useWords(words);
  const [q, setQ] = useState("");
  const enabled = useCan()("resource.read") === null;
  const found = useList<ResourceView>("/resources", { q, limit: 50 }, { enabled });
  return (
    <Select
      mode={enabled ? "multiple" : "tags"}
      tokenSeparators={[" ", ","]}
      aria-label={said.resources}
      placeholder={enabled ? said.resources : said.resource_ids}
      className="kit-wide"
      value={props.ids}
      showSearch={{ filterOption: false, onSearch: setQ }}
      loading={found.loading}
      options={found.items.map((one) => ({ value: one.id, label: one.name }))}
      onChange={props.onChange}
    />
  );
}

export interface ScopeFieldProps {
  value?: ScopeView | null;
  onChange?: (scope: ScopeView | null) => void;
  id?: string;
  /** A choice for "no scope of its own". */
  none?: string;
}

/** Chooses the part of the house within which something counts. */
export function ScopeField(props: ScopeFieldProps) {
  const { value, onChange, id, none } = props;
  const said = useWords(words);
  const ids = value?.ids ?? [];
  const kinds = KINDS.map((kind) => ({ value: kind, label: said[`scope_${kind}`] }));
  const only = (kind: ScopeKind) => (place: string | null) =>
    onChange?.({ kind, ids: place === null ? [] : [place] });
  const place = ids[0] ?? null;
  const options: { value: ScopeKind | ""; label: string }[] =
    none === undefined ? kinds : [{ value: "", label: none }, ...kinds];
  return (
    <div className="access-scope">
      <Select<ScopeKind | "">
        {...(id === undefined ? {} : { id })}
        aria-label={said.scope}
        value={value?.kind ?? (none === undefined ? null : "")}
        placeholder={said.scope_choose}
        options={options}
        onChange={(kind) => onChange?.(kind === "" ? null : { kind, ids: [] })}
      />
      {value?.kind === "unit" ? (
        <UnitSelect label={said.unit} value={place} onChange={only("unit")} />
      ) : null}
      {value?.kind === "region" ? (
        <RegionSelect label={said.region} value={place} onChange={only("region")} />
      ) : null}
      {value?.kind === "resources" ? (
        <ResourcesSelect ids={ids} onChange={(some) => onChange?.({ kind: "resources", ids: some })} />
      ) : null}
    </div>
  );
}
