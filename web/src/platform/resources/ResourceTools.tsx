import { DownloadOutlined, EditOutlined, ImportOutlined, ToolOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useWords } from "../../kit/language";
import { useDownload } from "../../kit/useDownload";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { BulkDialog } from "./BulkDialog";
import { ImportDialog } from "./ImportDialog";
import type { Listed } from "./listed";
import { words } from "./words";

const FORMATS = ["xlsx", "csv"] as const;

type Dialog = "bulk" | "import" | null;

/** What can be done with all that the list holds, and where the rest of the register is kept. */
export function ResourceTools(props: { listed: Listed }) {
  const said = useWords(words);
  const navigate = useNavigate();
  const refusal = useCan()("resource.change");
  const [dialog, setDialog] = useState<Dialog>(null);
  const { take, running } = useDownload();
  const { listed } = props;
  const disabled = refusal !== null;
  const items = [
    ...FORMATS.map((format) => ({
      key: format,
      icon: <DownloadOutlined />,
      label: said[`export_${format}`],
      onClick: () => {
        const name = `resources.${format}`;
        take({ path: "/resources/export", query: { ...listed, format }, name });
      },
    })),
    {
      key: "import",
      icon: <ImportOutlined />,
      label: said.import_title,
      disabled,
      onClick: () => setDialog("import"),
    },
    {
      key: "bulk",
      icon: <EditOutlined />,
      label: said.bulk_title,
      disabled,
      onClick: () => setDialog("bulk"),
    },
    {
      key: "plans",
      label: said.plans,
      onClick: () => void navigate(paths.plans()),
    },
    {
      key: "reconciliation",
      label: said.reconciliation,
      onClick: () => void navigate(paths.reconciliation()),
    },
    { key: "kinds", label: said.kinds, onClick: () => void navigate(paths.kinds()) },
  ];
  return (
    <>
      <Dropdown autoFocus trigger={["click"]} menu={{ items }}>
        <Button icon={<ToolOutlined />} loading={running}>
          {said.tools}
        </Button>
      </Dropdown>
      {dialog === "import" ? <ImportDialog onClose={() => setDialog(null)} /> : null}
      {dialog === "bulk" ? <BulkDialog listed={listed} onClose={() => setDialog(null)} /> : null}
    </>
  );
}
