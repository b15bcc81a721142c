import { Select } from "antd";
import { useState } from "react";
import type { Text } from "../../api/contract";
import { useList } from "../../api/hooks";
import { useText } from "../../kit/language";

const SHOWN_MAX = 20;
const USERS_MAX = 500;

/** What people, posts and users have in common: each is called by the first name it has. */
interface Party {
  id: string;
  name?: string;
  title?: Text;
  display_name?: string;
}

/** Chooses a person, a post or a user by typing part of the name. */
export function PartySelect(props: {
  path: "/people" | "/posts" | "/users";
  label: string;
  id?: string;
  value?: string;
  onChange?: (id: string) => void;
}) {
  const { path, label } = props;
  const textOf = useText();
  const [q, setQ] = useState("");
  // Users are few and are not searched by the server.
  const whole = path === "/users";
  const found = useList<Party>(path, whole ? { limit: USERS_MAX } : { q, limit: SHOWN_MAX });
  const options = found.items.map((one) => ({
    value: one.id,
    label: one.display_name || one.name || textOf(one.title),
  }));
  return (
    <Select
      {...(props.id === undefined ? {} : { id: props.id })}
      aria-label={label}
      className="kit-wide"
      showSearch={whole ? { optionFilterProp: "label" } : { filterOption: false, onSearch: setQ }}
      loading={found.loading}
      options={options}
      value={props.value || null}
      onChange={(id: string | null) => props.onChange?.(id ?? "")}
    />
  );
}
