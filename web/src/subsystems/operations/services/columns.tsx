import { Progress, Space, Tag } from "antd";
import { Link } from "react-router";
import type { DiscoveredServiceView, Language, Text } from "../../../api/contract";
import { formatRatio } from "../../../kit/format";
import type { Column } from "../../../kit/ListTable";
import { fill } from "../../../kit/say";
import type { Said } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { Decide } from "./Decide";
import type { words } from "./words";

export interface ServiceColumnsInput {
  said: Said<typeof words>;
  text: (text: Text) => string;
  language: Language;
  /** Names of hosts by their resource. */
  hosts: Map<string, string>;
}

/** `[::1]:80` for IPv6, `127.0.0.1:80` for IPv4. */
export function endpointOf(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function ProcessOf(props: { service: DiscoveredServiceView; said: Said<typeof words> }) {
  const { process } = props.service;
  if (!process) return <span className="kit-quiet">–</span>;
  return (
    <div title={process.exe ?? undefined}>
      <div>{process.comm}</div>
      <div className="kit-quiet service-small">
        {fill(props.said.pid, { pid: process.pid })}
        {process.unit ? ` · ${process.unit}` : ""}
      </div>
    </div>
  );
}

function WatchedAs(props: { service: DiscoveredServiceView; said: Said<typeof words> }) {
  const { resource_id, check_id, suggested_check } = props.service;
  const { said } = props;
  if (resource_id || check_id) {
    return (
      <Space separator="·" wrap size={4}>
        {resource_id ? <Link to={paths.resource(resource_id)}>{said.resource}</Link> : null}
        {check_id ? <Link to={paths.check(check_id)}>{said.check}</Link> : null}
      </Space>
    );
  }
  return <span className="kit-quiet">{suggested_check?.protocol ?? said.no_check}</span>;
}

/** The columns of a list of discovered services. */
export function serviceColumns(input: ServiceColumnsInput): Column<DiscoveredServiceView>[] {
  const { said, text, language, hosts } = input;
  return [
    {
      key: "service",
      title: said.service,
      width: 150,
      render: (_, row) => <strong>{text(row.service.title)}</strong>,
    },
    {
      key: "listens",
      title: said.listens,
      width: 180,
      render: (_, row) => (
        <div className="service-endpoints">
          <Tag>{row.proto}</Tag>
          <span className="kit-code">
            {row.addresses.map((address) => (
              <span key={address}>{endpointOf(address, row.port)} </span>
            ))}
          </span>
        </div>
      ),
    },
    {
      key: "process",
      title: said.process,
      width: 120,
      render: (_, row) => <ProcessOf service={row} said={said} />,
    },
    {
      key: "host",
      title: said.host,
      width: 90,
      render: (_, row) => (
        <Link to={paths.resource(row.host_resource_id)}>
          {hosts.get(row.host_resource_id) ?? said.host}
        </Link>
      ),
    },
    {
      key: "confidence",
      title: said.confidence,
      width: 110,
      render: (_, row) => (
        <Progress
          percent={Math.round(row.confidence * 100)}
          size="small"
          status="normal"
          aria-label={said.confidence}
          format={() => formatRatio(row.confidence, language)}
        />
      ),
    },
    {
      key: "now",
      title: said.now,
      width: 130,
      render: (_, row) => (
        <>
          <StateTag
            bare
            state={row.listening ? "ok" : "unknown"}
            text={row.listening ? said.listening : said.gone}
          />
          <div className="kit-quiet service-small" title={said.first_seen}>
            {said.first_seen} <TimeAgo at={row.first_seen_at} />
          </div>
        </>
      ),
    },
    {
      key: "watched",
      title: said.watched,
      width: 120,
      render: (_, row) => <WatchedAs service={row} said={said} />,
    },
    {
      key: "actions",
      title: said.actions,
      width: 120,
      render: (_, row) => <Decide service={row} />,
    },
  ];
}
