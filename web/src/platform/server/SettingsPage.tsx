import { Button, Checkbox, Tag } from "antd";
import { useMemo, useState } from "react";
import type { SettingView } from "../../api/contract";
import { useItems } from "../../api/hooks";
import { useText, useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import type { Said } from "../../kit/say";
import { SearchBox } from "../../kit/SearchBox";
import { useViewState } from "../../kit/viewState";
import { useCan } from "../../shell/can";
import { ServerCard } from "./ServerCard";
import { SettingDialog } from "./SettingDialog";
import { words } from "./words";
import "./server.css";

const SOURCES = {
  default: "source_default",
  database: "source_database",
  file: "source_file",
  environment: "source_environment",
  flag: "source_flag",
} as const satisfies Record<SettingView["source"], keyof typeof words>;
const VIEW = ["q", "changed"] as const;

function Value(props: { setting: SettingView }) {
  const said = useWords(words);
  const { value, next_value, schema } = props.setting;
  const shown = (raw: string) => {
    if (raw === "") return said.not_set;
    if (schema.shape === "switch") return raw === "true" ? said.on : said.off;
    return raw;
  };
  return (
    <>
      <span className={value === "" ? "kit-quiet" : "kit-code"}>{shown(value)}</span>
      {next_value === null ? null : (
        <div className="kit-quiet">{fill(said.next_start, { value: shown(next_value) })}</div>
      )}
    </>
  );
}

/** The button that changes a setting, or why it cannot be changed here. */
function Change(props: { setting: SettingView; onChange: () => void }) {
  const { setting, onChange } = props;
  const said = useWords(words);
  const refused = useCan()("setting.change");
  const pinned = setting.pinned ? fill(said.pinned, { origin: setting.origin }) : null;
  const refusal = setting.effect === "never" ? said.never_here : (pinned ?? refused);
  return (
    <Permitted refusal={refusal}>
      <Button
        size="small"
        disabled={refusal !== null}
        aria-label={fill(said.change_title, { key: setting.key })}
        onClick={onChange}
      >
        {said.change}
      </Button>
    </Permitted>
  );
}

function columnsOf(
  said: Said<typeof words>,
  textOf: ReturnType<typeof useText>,
  onChange: (setting: SettingView) => void,
): Column<SettingView>[] {
  return [
    {
      key: "key",
      title: said.setting,
      width: 420,
      render: (_, setting) => (
        <>
          <code>{setting.key}</code>
          <div className="kit-quiet server-about">{textOf(setting.description)}</div>
        </>
      ),
    },
    {
      key: "value",
      title: said.value,
      width: 300,
      render: (_, setting) => <Value setting={setting} />,
    },
    {
      key: "source",
      title: said.source,
      width: 240,
      render: (_, { source, origin }) => (
        <>
          <Tag>{said[SOURCES[source]]}</Tag>
          {origin && source !== "default" ? <code className="kit-quiet">{origin}</code> : null}
        </>
      ),
    },
    {
      key: "change",
      title: "",
      align: "right",
      width: 100,
      render: (_, setting) => <Change setting={setting} onChange={() => onChange(setting)} />,
    },
  ];
}

/** The settings in force, each with where its value comes from; most can be changed here. */
export default function SettingsPage() {
  const said = useWords(words);
  const textOf = useText();
  const list = useItems<SettingView>("/settings");
  const [view, setView] = useViewState(VIEW);
  const [changing, setChanging] = useState<SettingView | null>(null);
  const columns = useMemo(() => columnsOf(said, textOf, setChanging), [said, textOf]);
  const sought = view.q.toLowerCase();
  const items = list.items.filter(
    (one) =>
      `${one.key} ${textOf(one.description)}`.toLowerCase().includes(sought) &&
      (view.changed === "" || one.source !== "default" || one.next_value !== null),
  );
  return (
    <div className="server-page">
      <PageHeader title={said.title} about={said.about} />
      {useCan()("server.read") === null ? <ServerCard /> : null}
      <div className="kit-filters server-filters">
        <SearchBox value={view.q} label={said.search} onSearch={(q) => setView({ q })} />
        <Checkbox
          checked={view.changed !== ""}
          onChange={(event) => setView({ changed: event.target.checked ? "yes" : "" })}
        >
          {said.only_changed}
        </Checkbox>
      </div>
      <ListTable<SettingView>
        label={said.title}
        columns={columns}
        list={{ ...list, items }}
        rowKey={(setting) => setting.key}
        empty={said.empty}
      />
      {changing ? <SettingDialog setting={changing} onClose={() => setChanging(null)} /> : null}
    </div>
  );
}
