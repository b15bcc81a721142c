import { Select } from "antd";
import { useState } from "react";
import type { TicketView } from "../../../../api/contract";
import { useList } from "../../../../api/hooks";

const FOUND_MAX = 20;

/** Finds tickets by number or subject; what is chosen is the tickets themselves. */
export function TicketsSelect(props: {
  label: string;
  /** How many can be chosen. */
  most: number;
  /** The one that is not offered. */
  without: string;
  id?: string;
  value?: TicketView[];
  onChange?: (chosen: TicketView[]) => void;
}) {
  const { label, most, without, value = [], onChange } = props;
  const [q, setQ] = useState("");
  const found = useList<TicketView>("/tickets", { q, limit: FOUND_MAX });
  const known = [
    ...value,
    ...found.items.filter((one) => value.every((chosen) => chosen.id !== one.id)),
  ];
  const options = known
    .filter((one) => one.id !== without)
    .map((one) => ({ value: one.id, label: `${one.number} ${one.subject}` }));
  const put = (ids: string[]) => onChange?.(known.filter((one) => ids.includes(one.id)));
  const look = {
    ...(props.id === undefined ? {} : { id: props.id }),
    "aria-label": label,
    placeholder: label,
    className: "kit-wide",
    loading: found.loading,
    showSearch: { filterOption: false, onSearch: setQ },
    options,
  };
  if (most === 1) {
    const [one] = value;
    const chosen = one ? { value: one.id } : {};
    return <Select<string> {...look} {...chosen} onChange={(id) => put([id])} />;
  }
  return (
    <Select<string[]>
      {...look}
      mode="multiple"
      maxCount={most}
      value={value.map((one) => one.id)}
      onChange={put}
    />
  );
}
