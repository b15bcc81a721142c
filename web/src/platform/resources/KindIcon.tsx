import {
  AppstoreOutlined,
  CloudServerOutlined,
  DatabaseOutlined,
  FolderOpenOutlined,
  GlobalOutlined,
  HddOutlined,
  NodeIndexOutlined,
  SafetyCertificateOutlined,
  ShopOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";

const ICONS: Record<string, ReactNode> = {
  host: <CloudServerOutlined />,
  service: <AppstoreOutlined />,
  "network-interface": <NodeIndexOutlined />,
  "file-system": <FolderOpenOutlined />,
  disk: <HddOutlined />,
  website: <GlobalOutlined />,
  certificate: <SafetyCertificateOutlined />,
  "business-system": <ShopOutlined />,
};

/** The picture of a kind of resource; its name stands beside it. */
export function KindIcon(props: { kind: string }) {
  return (
    <span aria-hidden className="resource-icon">
      {ICONS[props.kind] ?? <DatabaseOutlined />}
    </span>
  );
}
