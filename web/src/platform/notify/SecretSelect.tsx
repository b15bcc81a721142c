import { Select } from "antd";
import { useState } from "react";
import type { SecretView } from "../../api/contract";
import { useList, useOne } from "../../api/hooks";
import { useWords } from "../../kit/language";
import { useCan } from "../../shell/can";
import { words } from "./words";

const SHOWN_MAX = 20;

/** Chooses a secret of the vault by typing part of its name. */
export function SecretSelect(props: {
  id?: string;
  label: string;
  value?: string;
  onChange?: (id: string | undefined) => void;
}) {
  const { value } = props;
  const said = useWords(words);
  const refusal = useCan()("secret.read");
  const [q, setQ] = useState("");
  const found = useList<SecretView>(
    "/secrets",
    { q, limit: SHOWN_MAX },
    { enabled: refusal === null },
  );
  const known = useOne<SecretView>(value && refusal === null ? `/secrets/${value}` : null);
  const options = found.items.map((one) => ({ value: one.id, label: one.name }));
  if (value && !options.some((one) => one.value === value)) {
    options.unshift({ value, label: known.value?.name ?? value });
  }
  return (
    <Select
      {...(props.id === undefined ? {} : { id: props.id })}
      aria-label={props.label}
      allowClear
      className="kit-wide"
      showSearch={{ filterOption: false, onSearch: setQ }}
      placeholder={refusal === null ? said.secret_choose : said.secret_refused}
      loading={found.loading}
      options={options}
      value={value ?? null}
      onChange={(id: string | null | undefined) => props.onChange?.(id ?? undefined)}
    />
  );
}
