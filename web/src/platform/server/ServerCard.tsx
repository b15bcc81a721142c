import type { ServerView } from "../../api/contract";
import { useOne } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { DescriptionList } from "../../kit/DescriptionList";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { Figure } from "../../kit/Figure";
import { useWords } from "../../kit/language";
import { TimeAgo } from "../../kit/TimeAgo";
import { words } from "./words";

/** Which server this is and what it keeps. */
export function ServerCard() {
  const said = useWords(words);
  const server = useOne<ServerView>("/server");
  const { value } = server;
  return (
    <Card title={said.server}>
      <ErrorPanel problem={server.problem} onRetry={server.reload} />
      {value ? (
        <DescriptionList
          columns={3}
          items={[
            { key: "version", term: said.version, value: `${value.name} ${value.version}` },
            { key: "started", term: said.started, value: <TimeAgo at={value.started_at} /> },
            {
              key: "data",
              term: said.data,
              value: <Figure value={value.data_bytes} unit="bytes" />,
            },
            {
              key: "records_bytes",
              term: said.data_records,
              value: <Figure value={value.records_bytes} unit="bytes" />,
            },
            {
              key: "samples_bytes",
              term: said.data_samples,
              value: <Figure value={value.samples_bytes} unit="bytes" />,
            },
            {
              key: "series",
              term: said.series,
              value: <Figure value={value.series} unit="count" />,
            },
            {
              key: "samples",
              term: said.samples,
              value: <Figure value={value.samples_total} unit="count" />,
            },
          ]}
        />
      ) : null}
    </Card>
  );
}
