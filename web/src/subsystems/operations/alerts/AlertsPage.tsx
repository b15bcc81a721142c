import { Segmented, Select } from "antd";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import type { AlertView, ResourceView } from "../../../api/contract";
import { useList, useOne } from "../../../api/hooks";
import { useLanguage, useText, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { useViewState } from "../../../kit/viewState";
import { useNow } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { alertColumns } from "./columns";
import { words } from "./words";
import "./alerts.css";

const EVERY_MS = 15_000;

/** Chooses the resource whose alerts are shown, by typing part of its name. */
function ResourceFilter(props: { value: string; onChange: (id: string) => void }) {
  const { value, onChange } = props;
  const said = useWords(words);
  const [q, setQ] = useState("");
  const found = useList<ResourceView>("/resources", { q, limit: 20 });
  const chosen = useOne<ResourceView>(value ? `/resources/${value}` : null);
  const options = found.items.map((one) => ({ value: one.id, label: one.name }));
  if (value && !options.some((one) => one.value === value)) {
    options.unshift({ value, label: chosen.value?.name ?? value });
  }
  return (
    <Select
      aria-label={said.resource}
      allowClear
      showSearch={{ filterOption: false, onSearch: setQ }}
      placeholder={said.every_resource}
      style={{ minWidth: 200 }}
      value={value || undefined}
      options={options}
      onChange={(id: string | undefined) => onChange(id ?? "")}
    />
  );
}

/** Alerts: the open ones at first, the newest at the top; they appear and go by themselves. */
export default function AlertsPage() {
  const said = useWords(words);
  const text = useText();
  const language = useLanguage();
  const now_ms = useNow();
  const navigate = useNavigate();
  const [view, setView] = useViewState(["state", "severity", "resource_id"]);
  const state = view.state || "open";
  const query = { ...view, state: state === "all" ? "" : state };
  const list = useList<AlertView>("/alerts", query, { every_ms: EVERY_MS });
  const columns = useMemo(
    () => alertColumns({ said, text, language, now_ms }),
    [said, text, language, now_ms],
  );
  const narrowed = state !== "open" || view.severity !== "" || view.resource_id !== "";
  return (
    <>
      <PageHeader title={said.alerts} about={said.alerts_about} />
      <div className="kit-filters">
        <Segmented
          aria-label={said.state}
          value={state}
          onChange={(chosen) => setView({ state: chosen === "open" ? "" : chosen })}
          options={[
            { value: "open", label: said.open },
            { value: "closed", label: said.closed },
            { value: "all", label: said.every },
          ]}
        />
        <Select
          aria-label={said.severity}
          value={view.severity}
          style={{ minWidth: 150 }}
          onChange={(severity) => setView({ severity })}
          options={[
            { value: "", label: said.every_severity },
            { value: "critical", label: said.critical },
            { value: "warning", label: said.warning },
            { value: "info", label: said.info },
          ]}
        />
        <ResourceFilter
          value={view.resource_id}
          onChange={(resource_id) => setView({ resource_id })}
        />
      </div>
      <ListTable
        label={said.alerts}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={narrowed ? said.empty : said.empty_open}
        onOpen={(row) => void navigate(paths.alert(row.id))}
      />
    </>
  );
}
