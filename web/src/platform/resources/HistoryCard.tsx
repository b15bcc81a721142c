import { Button, DatePicker, Space } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import type {
  ResourceDifferenceView,
  ResourceVersionView,
  ResourceView,
} from "../../api/contract";
import { useList, useOne } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { formatExact } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import { TimeAgo } from "../../kit/TimeAgo";
import { ResourceName } from "../fields/ReferenceName";
import { useRelationWord } from "../fields/useRelationWord";
import { Differences } from "./StepList";
import { readVersions } from "./versions";
import type { ReadVersion } from "./versions";
import { words } from "./words";

const HOURS_BEFORE = 24;

interface Moments {
  from: string;
  to: string;
}

function Difference(props: { id: string; moments: Moments }) {
  const said = useWords(words);
  const relationOf = useRelationWord();
  const read = useOne<ResourceDifferenceView>(`/resources/${props.id}/diff`, { ...props.moments });
  if (read.problem) return <ErrorPanel problem={read.problem} onRetry={read.reload} />;
  const found = read.value;
  if (!found) return null;
  const { fields, relations_added, relations_removed } = found;
  const same =
    fields.length === 0 && relations_added.length === 0 && relations_removed.length === 0;
  if (same) return <p className="kit-quiet">{said.diff_none}</p>;
  return (
    <>
      <Differences fields={fields} />
      <ul className="resource-differences">
        {relations_added.map((one) => (
          <li key={`+ ${one.kind} ${one.from} ${one.to}`}>
            <ins>
              {said.diff_added} {relationOf(one.kind, one.from === props.id ? "forward" : "backward")}
            </ins>{" "}
            <ResourceName id={one.from === props.id ? one.to : one.from} />
          </li>
        ))}
        {relations_removed.map((one) => (
          <li key={`- ${one.kind} ${one.from} ${one.to}`}>
            <del>
              {said.diff_removed} {relationOf(one.kind, one.from === props.id ? "forward" : "backward")}
            </del>{" "}
            <ResourceName id={one.from === props.id ? one.to : one.from} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Changed(props: { read: ReadVersion }) {
  const said = useWords(words);
  const { fields } = props.read;
  if (fields === null) return <span className="kit-quiet">{said.history_more}</span>;
  if (fields.length === 0) return <span className="kit-quiet">{said.history_first}</span>;
  return <Differences fields={fields} />;
}

function Versions(props: { id: string }) {
  const said = useWords(words);
  const language = useLanguage();
  const list = useList<ResourceVersionView>(`/resources/${props.id}/history`, { limit: 20 });
  const items = readVersions(list.items, !list.more);
  const end = ({ until, corrected }: ReadVersion) => {
    if (corrected) return said.history_corrected;
    return until ? formatExact(until, language) : said.until_changed;
  };
  return (
    <ListTable<ReadVersion>
      label={said.history}
      list={{ ...list, items }}
      rowKey={({ version }) => String(version.entry)}
      empty={said.history_none}
      size="small"
      columns={[
        {
          key: "from",
          title: said.valid_from,
          render: (_, { version }) => formatExact(version.valid_from, language),
        },
        { key: "to", title: said.valid_to, render: (_, read) => end(read) },
        { key: "changed", title: said.history_changed, render: (_, read) => <Changed read={read} /> },
        {
          key: "recorded",
          title: said.recorded,
          render: (_, { version }) => (
            <>
              <TimeAgo at={version.recorded_at} /> · {version.recorded_by}
            </>
          ),
        },
        { key: "name", title: said.name, render: (_, { version }) => version.resource.name },
      ]}
    />
  );
}

/** What a resource was: its versions, and what differs between two moments. */
export default function HistoryCard(props: { resource: ResourceView }) {
  const said = useWords(words);
  const { id } = props.resource;
  const [moments, setMoments] = useState<Moments | null>(null);
  const [open, setOpen] = useState(false);
  const compare = () => {
    const now = dayjs();
    setMoments({
      from: now.subtract(HOURS_BEFORE, "hour").toISOString(),
      to: now.toISOString(),
    });
  };
  return (
    <Card title={said.history}>
      <Space wrap>
        <DatePicker.RangePicker
          showTime
          // What must be filled in and confirmed lets nobody out again who moves by the keys.
          needConfirm={false}
          allowEmpty
          aria-label={said.diff_between}
          value={moments ? [dayjs(moments.from), dayjs(moments.to)] : null}
          onChange={(range) => {
            const [from, to] = range ?? [];
            setMoments(
              from && to ? { from: from.toISOString(), to: to.toISOString() } : null,
            );
          }}
        />
        <Button onClick={compare}>{said.diff_day}</Button>
        <Button onClick={() => setOpen(!open)} aria-expanded={open}>
          {said.history_versions}
        </Button>
      </Space>
      {moments ? <Difference id={id} moments={moments} /> : null}
      {open ? <Versions id={id} /> : null}
    </Card>
  );
}
