import { RadarChartOutlined } from "@ant-design/icons";
import { App, Button, Segmented } from "antd";
import { useMemo } from "react";
import type { DiscoveredServiceView, HostView } from "../../../api/contract";
import { useChange, useItems, useList } from "../../../api/hooks";
import { useLanguage, useText, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { useViewState } from "../../../kit/viewState";
import { useCanEverywhere } from "../../../shell/can";
import { serviceColumns } from "./columns";
import { words } from "./words";
import "./services.css";

const EVERY_MS = 15_000;

function ScanButton() {
  const said = useWords(words);
  const refusal = useCanEverywhere()("discovery.change");
  const { message } = App.useApp();
  const scan = useChange<unknown>(
    () => ({ method: "POST", path: "/discovered-services/scan" }),
    { onDone: () => void message.success(said.scanning) },
  );
  return (
    <Permitted refusal={refusal}>
      <Button
        icon={<RadarChartOutlined />}
        disabled={refusal !== null}
        loading={scan.isPending}
        onClick={() =>
          scan.mutate(undefined, { onError: (problem) => void message.error(problem.message) })
        }
      >
        {said.scan}
      </Button>
    </Permitted>
  );
}

/** What was found listening on watched hosts; accepted, it becomes a resource with a check. */
export default function ServicesPage() {
  const said = useWords(words);
  const text = useText();
  const language = useLanguage();
  const [view, setView] = useViewState(["state"]);
  const list = useList<DiscoveredServiceView>("/discovered-services", view, {
    every_ms: EVERY_MS,
  });
  const refusal = useCanEverywhere()("discovery.change");
  const { items: hosts } = useItems<HostView>("/hosts");
  const columns = useMemo(() => {
    const names = new Map(hosts.map((host) => [host.resource_id, host.name]));
    return serviceColumns({ said, text, language, hosts: names });
  }, [said, text, language, hosts]);
  return (
    <>
      <PageHeader title={said.title} about={said.about} actions={<ScanButton />} />
      <div className="kit-filters">
        <Segmented
          aria-label={said.state}
          value={view.state}
          onChange={(state) => setView({ state })}
          options={[
            { value: "", label: said.every },
            { value: "suggested", label: said.suggested },
            { value: "accepted", label: said.accepted },
            { value: "dismissed", label: said.dismissed },
          ]}
        />
      </div>
      <ListTable
        label={said.title}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={said.empty}
        refusal={refusal}
      />
    </>
  );
}
