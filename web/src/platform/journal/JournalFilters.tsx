import { Button, DatePicker, Select, Tag } from "antd";
import dayjs from "dayjs";
import { useMemo } from "react";
import { useWords } from "../../kit/language";
import { SearchBox } from "../../kit/SearchBox";
import { nouns, words as verbs } from "./verbs";
import { words } from "./words";

export const VIEW_KEYS = [
  "actor",
  "verb",
  "from",
  "to",
  "subject_kind",
  "subject_id",
  "resource_id",
  "cause",
] as const;

export type JournalView = Record<(typeof VIEW_KEYS)[number], string>;

/** The filters of the journal; what they say is in the URL. */
export function JournalFilters(props: {
  view: JournalView;
  onChange: (change: Partial<JournalView>) => void;
}) {
  const { view, onChange } = props;
  const said = useWords(words);
  const saidVerbs = useWords(verbs);
  const saidNouns = useWords(nouns);
  const options = useMemo(
    () => [
      ...Object.entries(saidNouns).map(([value, label]) => ({ value, label })),
      ...Object.entries(saidVerbs).map(([value, label]) => ({ value, label })),
    ],
    [saidNouns, saidVerbs],
  );
  const about = view.subject_id || view.resource_id || view.cause;
  const clear = Object.fromEntries(VIEW_KEYS.map((key) => [key, ""]));
  return (
    <search className="kit-filters">
      <SearchBox
        label={said.filter_actor}
        value={view.actor}
        onSearch={(actor) => onChange({ actor })}
      />
      <Select
        className="journal-verb"
        aria-label={said.filter_verb}
        placeholder={said.filter_verb}
        options={options}
        value={view.verb || null}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        onChange={(verb) => onChange({ verb: verb ?? "" })}
      />
      <DatePicker.RangePicker
        showTime
        // What must be filled in and confirmed lets nobody out again who moves by the keys.
        needConfirm={false}
        allowEmpty
        aria-label={said.filter_period}
        value={[view.from ? dayjs(view.from) : null, view.to ? dayjs(view.to) : null]}
        onChange={(period) =>
          onChange({
            from: period?.[0]?.toISOString() ?? "",
            to: period?.[1]?.toISOString() ?? "",
          })
        }
      />
      {about ? (
        <Tag
          closable
          onClose={() => onChange({ subject_kind: "", subject_id: "", resource_id: "", cause: "" })}
        >
          {said.filtered_to}
        </Tag>
      ) : null}
      {VIEW_KEYS.some((key) => view[key]) ? (
        <Button type="link" onClick={() => onChange(clear)}>
          {said.filter_clear}
        </Button>
      ) : null}
    </search>
  );
}
