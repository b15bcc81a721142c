import { Select } from "antd";
import { useState } from "react";
import type { ResourceView, Text } from "../../api/contract";
import { useList, useOne } from "../../api/hooks";
import { useText, useWords } from "../../kit/language";
import { useCan } from "../../shell/can";
import { useKinds } from "./useKinds";
import { words } from "./words";

interface Choice {
  value: string;
  label: string;
}

export interface ResourceSelectProps {
  label: string;
  /** A resource that cannot be chosen. */
  except?: string;
  value?: string | null;
  onChange?: (id: string) => void;
  id?: string;
  /** Whether it may be left empty again. */
  clearable?: boolean;
}

/** Resources by a part of their names, as choices. */
function useFound(q: string): { refusal: string | null; choices: Choice[]; loading: boolean } {
  const kinds = useKinds();
  const refusal = useCan()("resource.read");
  const found = useList<ResourceView>("/resources", { q, limit: 20 }, { enabled: refusal === null });
  const choices = found.items.map((one) => ({
    value: one.id,
    label: `${one.name} · ${kinds.titleOf(one.kind)}`,
  }));
  return { refusal, choices, loading: found.loading };
}

/** Finds a resource by its name. */
export function ResourceSelect(props: ResourceSelectProps) {
  const said = useWords(words);
  const [q, setQ] = useState("");
  const { refusal, choices, loading } = useFound(q);
  // What is chosen already may lie beyond what is found.
  const listed = !props.value || choices.some((one) => one.value === props.value);
  const apart = useOne<ResourceView>(
    listed || loading || refusal !== null ? null : `/resources/${props.value}`,
  );
  const found = !listed && apart.value?.id === props.value ? apart.value : null;
  const known = found ? [{ value: found.id, label: found.name }] : [];
  return (
    <Select
      {...(props.id === undefined ? {} : { id: props.id })}
      {...(props.value ? { value: props.value } : {})}
      allowClear={props.clearable ?? false}
      aria-label={props.label}
      showSearch={{ filterOption: false, onSearch: setQ }}
      placeholder={refusal ?? said.other_hint}
      disabled={refusal !== null}
      options={[...known, ...choices.filter((one) => one.value !== props.except)]}
      loading={loading}
      onChange={(id: string | undefined) => props.onChange?.(id ?? "")}
    />
  );
}

export interface ResourcesSelectProps {
  label: string;
  /** Those that are named already: what is chosen may lie beyond what is found. */
  known: { id: string; name: Text }[];
  value?: string[];
  onChange?: (ids: string[]) => void;
  id?: string;
}

/** Finds several resources by their names. */
export function ResourcesSelect(props: ResourcesSelectProps) {
  const said = useWords(words);
  const text = useText();
  const [q, setQ] = useState("");
  const [picked, setPicked] = useState<Choice[]>([]);
  const { refusal, choices, loading } = useFound(q);
  const known = props.known.map((one) => ({ value: one.id, label: text(one.name) }));
  const chosen = [...known, ...picked].filter((one) => props.value?.includes(one.value));
  const more = choices.filter((one) => !chosen.some((other) => other.value === one.value));
  return (
    <Select
      mode="multiple"
      {...(props.id === undefined ? {} : { id: props.id })}
      {...(props.value === undefined ? {} : { value: props.value })}
      aria-label={props.label}
      showSearch={{ filterOption: false, onSearch: setQ }}
      placeholder={refusal ?? said.other_hint}
      disabled={refusal !== null}
      options={[...chosen, ...more]}
      loading={loading}
      onChange={(ids: string[]) => {
        setPicked((old) => [...old, ...choices.filter((one) => ids.includes(one.value))]);
        props.onChange?.(ids);
      }}
    />
  );
}
