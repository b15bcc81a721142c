import { Select } from "antd";
import { useState } from "react";
import type { PersonView, PostView } from "../../../api/contract";
import { useList, useOne } from "../../../api/hooks";
import { useName } from "../useName";

export interface FoundSelectProps {
  label: string;
  value?: string;
  onChange?: (id: string) => void;
  id?: string;
  disabled?: boolean;
  clearable?: boolean;
}

interface Choice {
  value: string;
  label: string;
}

function FoundSelect(
  props: FoundSelectProps & { choices: Choice[]; loading: boolean; onSearch: (q: string) => void },
) {
  return (
    <Select
      {...(props.id === undefined ? {} : { id: props.id })}
      {...(props.value === undefined ? {} : { value: props.value })}
      {...(props.disabled === undefined ? {} : { disabled: props.disabled })}
      aria-label={props.label}
      placeholder={props.label}
      className="kit-wide"
      allowClear={props.clearable ?? false}
      showSearch={{ filterOption: false, onSearch: props.onSearch }}
      options={props.choices}
      loading={props.loading}
      onChange={(id: string | undefined) => props.onChange?.(id ?? "")}
    />
  );
}

/** What was found, with what is chosen already if it is not among it. */
function withChosen<T extends { id: string }>(found: T[], chosen: T | undefined): T[] {
  if (!chosen || found.some((one) => one.id === chosen.id)) return found;
  return [chosen, ...found];
}

/** Finds a post by title, code or pinyin. */
export function PostSelect(props: FoundSelectProps) {
  const name = useName();
  const [q, setQ] = useState("");
  const found = useList<PostView>("/posts", { q, limit: 50 });
  const chosen = useOne<PostView>(props.value ? `/posts/${props.value}` : null).value;
  const choices = withChosen(found.items, props.value ? chosen : undefined).map((post) => ({
    value: post.id,
    label: `${name(post.title)} · ${post.code}`,
  }));
  return <FoundSelect {...props} choices={choices} loading={found.loading} onSearch={setQ} />;
}

/** Finds a person by name, pinyin, number or contact. */
export function PersonSelect(props: FoundSelectProps) {
  const [q, setQ] = useState("");
  const found = useList<PersonView>("/people", { q, limit: 50 });
  const chosen = useOne<PersonView>(props.value ? `/people/${props.value}` : null).value;
  const choices = withChosen(found.items, props.value ? chosen : undefined).map((person) => ({
    value: person.id,
    label: `${person.name} · ${person.number}`,
  }));
  return <FoundSelect {...props} choices={choices} loading={found.loading} onSearch={setQ} />;
}
