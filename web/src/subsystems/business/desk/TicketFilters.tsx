import { Button, Input, Select } from "antd";
import { useState } from "react";
import type { TicketTypeView } from "../../../api/contract";
import { DayInput } from "../../../kit/DayInput";
import { useText, useWords } from "../../../kit/language";
import { words as kitWords } from "../../../kit/words";
import { RegionSelect, UnitSelect } from "../../../platform/directory/PlaceSelect";
import { SavedLists } from "./SavedLists";
import { KEYS, MORE, NARROWING } from "./views";
import type { TicketsView } from "./views";
import { words } from "./words";

interface FiltersProps {
  view: TicketsView;
  onView: (change: Partial<TicketsView>) => void;
}

/** Unit, region, days and promise: not needed every day. */
function More(props: FiltersProps) {
  const { view, onView } = props;
  const said = useWords(words);
  return (
    <div className="kit-filters">
      <span className="desk-filter">
        <UnitSelect
          label={said.unit_and_below}
          value={view.unit_id || null}
          onChange={(id) => onView({ unit_id: id ?? "" })}
        />
      </span>
      <span className="desk-filter">
        <RegionSelect
          label={said.region_and_below}
          value={view.region_id || null}
          onChange={(id) => onView({ region_id: id ?? "" })}
        />
      </span>
      {(["from", "to"] as const).map((key) => (
        <span key={key} className="desk-day">
          <span aria-hidden>{said[`opened_${key}`]}</span>
          <DayInput
            label={said[`opened_${key}`]}
            value={view[key]}
            onChange={(day) => onView({ [key]: day })}
          />
        </span>
      ))}
      <Select
        aria-label={said.resolution}
        value={view.kept}
        style={{ minWidth: 170 }}
        onChange={(kept) => onView({ kept })}
        options={[
          { value: "", label: said.kept_either },
          { value: "true", label: said.kept_only },
          { value: "false", label: said.broken_only },
        ]}
      />
    </div>
  );
}

/** What narrows the lists of tickets, and the lists that one saved. */
export function TicketFilters(props: FiltersProps & { types: TicketTypeView[] }) {
  const { view, onView, types } = props;
  const said = useWords(words);
  const kit = useWords(kitWords);
  const text = useText();
  const set = MORE.some((key) => view[key] !== "");
  const [unfolded, setUnfolded] = useState(false);
  const more = set || unfolded;
  const narrowed = NARROWING.some((key) => view[key] !== "");
  return (
    <>
      <div className="kit-filters">
        <Input.Search
          key={view.q}
          aria-label={said.search}
          placeholder={said.search}
          defaultValue={view.q}
          maxLength={200}
          allowClear
          style={{ width: 220 }}
          onSearch={(q) => onView({ q })}
        />
        <Select
          aria-label={said.type}
          value={view.type}
          style={{ minWidth: 150 }}
          onChange={(type) => onView({ type })}
          options={[
            { value: "", label: said.every_type },
            ...types.map((one) => ({ value: one.type.key, label: text(one.type.name) })),
          ]}
        />
        <Select
          aria-label={said.priority}
          value={view.priority}
          style={{ minWidth: 130 }}
          onChange={(priority) => onView({ priority })}
          options={[
            { value: "", label: said.every_priority },
            ...["1", "2", "3", "4", "5"].map((value) => ({ value, label: `P${value}` })),
          ]}
        />
        {view.as === "" ? (
          <Select
            aria-label={said.sort}
            value={view.sort || "newest"}
            style={{ minWidth: 130 }}
            onChange={(sort) => onView({ sort: sort === "newest" ? "" : sort })}
            options={[
              { value: "newest", label: said.newest },
              { value: "due", label: said.due },
            ]}
          />
        ) : null}
        {set ? null : (
          <Button aria-expanded={more} onClick={() => setUnfolded(!unfolded)}>
            {said.more_filters}
          </Button>
        )}
        {narrowed ? (
          <Button
            type="link"
            onClick={() => onView(Object.fromEntries(NARROWING.map((key) => [key, ""])))}
          >
            {kit.clear}
          </Button>
        ) : null}
        <SavedLists
          view={view}
          onChoose={(saved) =>
            onView(Object.fromEntries(KEYS.map((key) => [key, saved[key] ?? ""])))
          }
        />
      </div>
      {more ? <More view={view} onView={onView} /> : null}
    </>
  );
}
