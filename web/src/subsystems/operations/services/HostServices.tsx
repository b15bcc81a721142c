import { useMemo } from "react";
import { Link } from "react-router";
import type { DiscoveredServiceView, ResourceView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { useLanguage, useText, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { paths } from "../../../paths";
import { serviceColumns } from "./columns";
import { words } from "./words";
import "./services.css";

const EVERY_MS = 15_000;
/** The most that one request gives; a host listens on fewer ports. */
const SERVICES_MAX = 500;
const SHOWN = new Set(["service", "listens", "process", "watched"]);
const NO_HOSTS = new Map<string, string>();

/** What was found listening on one host; what to do with it is decided on the page of all. */
export default function HostServices(props: { resource: ResourceView }) {
  const said = useWords(words);
  const text = useText();
  const language = useLanguage();
  const query = { limit: SERVICES_MAX };
  const all = useList<DiscoveredServiceView>("/discovered-services", query, {
    every_ms: EVERY_MS,
  });
  const columns = useMemo(
    () =>
      serviceColumns({ said, text, language, hosts: NO_HOSTS }).filter((column) =>
        SHOWN.has(column.key),
      ),
    [said, text, language],
  );
  const items = all.items.filter((one) => one.host_resource_id === props.resource.id);
  return (
    <Card title={said.here} extra={<Link to={paths.services()}>{said.all_services}</Link>}>
      <ListTable
        label={said.here}
        columns={columns}
        list={{ ...all, items }}
        rowKey={(row) => row.id}
        empty={said.empty_here}
        size="small"
      />
    </Card>
  );
}
