import { Button, DatePicker, Progress, Select, Space } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import type { ResourceView, SuspectsView } from "../../api/contract";
import { useOne } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useText, useWords } from "../../kit/language";
import { TimeAgo } from "../../kit/TimeAgo";
import { actorName, words as actors } from "./actors";
import { SubjectLink } from "./SubjectLink";
import { verbWord, words as verbs } from "./verbs";
import { words } from "./words";

const HOUR_S = 3_600;
const WINDOWS = [
  { value: HOUR_S, word: "window_hour" },
  { value: 24 * HOUR_S, word: "window_day" },
  { value: 7 * 24 * HOUR_S, word: "window_week" },
] as const;

type SuspectView = SuspectsView["items"][number];

function Suspect(props: { suspect: SuspectView }) {
  const textOf = useText();
  const saidVerbs = useWords(verbs);
  const saidActors = useWords(actors);
  const { fact, score, reason } = props.suspect;
  return (
    <li className="journal-suspect">
      <Progress
        type="circle"
        size={36}
        percent={Math.round(score * 100)}
        aria-label={`${Math.round(score * 100)} %`}
        format={(percent) => percent}
      />
      <div>
        <div>
          <strong>{actorName(saidActors, fact.actor)}</strong> {verbWord(saidVerbs, fact.verb)}{" "}
          <SubjectLink fact={fact} />
        </div>
        <div className="kit-quiet">
          <TimeAgo at={fact.at} /> · {textOf(reason)}
        </div>
      </div>
    </li>
  );
}

function Suspects(props: { resource: ResourceView; at: string; window: number }) {
  const said = useWords(words);
  const { resource, at, window } = props;
  const read = useOne<SuspectsView>(`/resources/${resource.id}/before`, { at, window });
  if (read.problem) return <ErrorPanel problem={read.problem} onRetry={read.reload} />;
  if (!read.value) return null;
  if (read.value.items.length === 0) return <p className="kit-quiet">{said.before_none}</p>;
  return (
    <>
      <ol className="journal-suspects">
        {read.value.items.map((suspect) => (
          <Suspect key={suspect.fact.seq} suspect={suspect} />
        ))}
      </ol>
      {read.value.cut ? <p className="kit-quiet">{said.causes_cut}</p> : null}
    </>
  );
}

/** What changed on a resource and around it before a moment, the likeliest cause first. */
export default function ResourceBefore(props: { resource: ResourceView }) {
  const said = useWords(words);
  const [at, setAt] = useState<string | null>(null);
  const [window, setWindow] = useState<number>(24 * HOUR_S);
  const ask = () => setAt(new Date().toISOString());
  return (
    <Card title={said.before}>
      <p className="kit-quiet">{said.before_about}</p>
      <Space wrap>
        <DatePicker
          showTime
          aria-label={said.before_at}
          value={at ? dayjs(at) : null}
          onChange={(moment) => setAt(moment ? moment.toISOString() : null)}
        />
        <Select
          aria-label={said.before_window}
          value={window}
          onChange={setWindow}
          options={WINDOWS.map(({ value, word }) => ({ value, label: said[word] }))}
        />
        <Button onClick={ask}>{said.before_now}</Button>
      </Space>
      {at ? <Suspects resource={props.resource} at={at} window={window} /> : null}
    </Card>
  );
}
