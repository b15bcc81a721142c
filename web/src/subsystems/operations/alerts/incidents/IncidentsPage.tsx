import { Segmented, Select } from "antd";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import type { IncidentView } from "../../../../api/contract";
import { useList } from "../../../../api/hooks";
import { useText, useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { useViewState } from "../../../../kit/viewState";
import { paths } from "../../../../paths";
import { incidentColumns } from "./columns";
import { LessonsCard } from "./LessonsCard";
import { words } from "./words";
import "../alerts.css";

const EVERY_MS = 15_000;

/** What is wrong: incidents with their causes, the newest at the top. */
export default function IncidentsPage() {
  const said = useWords(words);
  const text = useText();
  const navigate = useNavigate();
  const [view, setView] = useViewState(["state", "severity"]);
  const state = view.state || "open";
  const query = { ...view, state: state === "all" ? "" : state };
  const list = useList<IncidentView>("/incidents", query, { every_ms: EVERY_MS });
  const columns = useMemo(() => incidentColumns(said, text), [said, text]);
  const narrowed = state !== "open" || view.severity !== "";
  return (
    <div className="alert-page">
      <PageHeader title={said.incidents} about={said.incidents_about} />
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
      </div>
      <ListTable
        label={said.incidents}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={narrowed ? said.empty : said.empty_open}
        onOpen={(row) => void navigate(paths.incident(row.id))}
      />
      <LessonsCard />
    </div>
  );
}
