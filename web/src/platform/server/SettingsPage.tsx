import { Tag } from "antd";
import { useMemo } from "react";
import type { ServerView, SettingView } from "../../api/contract";
import { useItems, useOne } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { DescriptionList } from "../../kit/DescriptionList";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { Figure } from "../../kit/Figure";
import { useText, useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import type { Said } from "../../kit/say";
import { TimeAgo } from "../../kit/TimeAgo";
import { words } from "./words";
import "./server.css";

const SOURCES = {
  default: "source_default",
  file: "source_file",
  environment: "source_environment",
  flag: "source_flag",
} as const satisfies Record<SettingView["source"], keyof typeof words>;

function columnsOf(
  said: Said<typeof words>,
  textOf: ReturnType<typeof useText>,
): Column<SettingView>[] {
  return [
    {
      key: "key",
      title: said.setting,
      width: 420,
      render: (_, setting) => (
        <>
          <code>{setting.key}</code>
          <div className="kit-quiet">{textOf(setting.description)}</div>
        </>
      ),
    },
    {
      key: "value",
      title: said.value,
      width: 320,
      render: (_, { value }) =>
        value === null || value === "" ? (
          <span className="kit-quiet">{said.not_set}</span>
        ) : (
          <span className="kit-code">{String(value)}</span>
        ),
    },
    {
      key: "source",
      title: said.source,
      width: 260,
      render: (_, { source, origin }) => (
        <>
          <Tag>{said[SOURCES[source]]}</Tag>
          {origin && source !== "default" ? <code className="kit-quiet">{origin}</code> : null}
        </>
      ),
    },
  ];
}

function ServerCard() {
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

/** The settings in force, each with where its value comes from. */
export default function SettingsPage() {
  const said = useWords(words);
  const textOf = useText();
  const list = useItems<SettingView>("/settings");
  const columns = useMemo(() => columnsOf(said, textOf), [said, textOf]);
  return (
    <div className="server-page">
      <PageHeader title={said.title} about={said.about} />
      <ServerCard />
      <ListTable<SettingView>
        label={said.title}
        columns={columns}
        list={list}
        rowKey={(setting) => setting.key}
        empty={said.empty}
      />
    </div>
  );
}
