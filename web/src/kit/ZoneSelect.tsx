import { Select } from "antd";
import { useMemo, useState } from "react";

/** How far the clocks of a zone are from UTC at a moment: `GMT+8`. */
export function offsetOf(zone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    timeZoneName: "shortOffset",
  }).formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

/** All zones that the browser knows, and UTC, which it does not always list. */
export function zones(): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes("UTC") ? known : ["UTC", ...known];
}

/** Chooses a time zone by a part of its name or by its distance from UTC. */
export function ZoneSelect(props: {
  label: string;
  value?: string;
  onChange?: (zone: string) => void;
  id?: string;
}) {
  const { label, value, onChange, id } = props;
  const [now] = useState(() => new Date());
  const options = useMemo(() => {
    // A zone that only the server knows is kept.
    const all = value && !zones().includes(value) ? [value] : [];
    const listed = zones().map((zone) => ({ value: zone, label: `${zone} (${offsetOf(zone, now)})` }));
    return [...all.map((zone) => ({ value: zone, label: zone })), ...listed];
  }, [value, now]);
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      {...(value === undefined ? {} : { value })}
      aria-label={label}
      className="kit-wide"
      showSearch={{ optionFilterProp: "label" }}
      options={options}
      {...(onChange === undefined ? {} : { onChange })}
    />
  );
}
