import { DownloadOutlined, EditOutlined, ImportOutlined, ToolOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { addressOf } from "../../api/client";
import { useWords } from "../../kit/language";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { BulkDialog } from "./BulkDialog";
import { ImportDialog } from "./ImportDialog";
import { words } from "./words";

type Dialog = "bulk" | "import" | null;

/** What can be done with all that the list holds, and where the rest of the register is kept. */
export function ResourceTools(props: { filter: string }) {
  const said = useWords(words);
  const navigate = useNavigate();
  const refusal = useCan()("resource.change");
  const [dialog, setDialog] = useState<Dialog>(null);
  const { filter } = props;
  const disabled = refusal !== null;
  const items = [
    {
      key: "xlsx",
      icon: <DownloadOutlined />,
      label: (
        <a href={addressOf("/resources/export", { filter })} download>
          {said.export_xlsx}
        </a>
      ),
    },
    {
      key: "csv",
      icon: <DownloadOutlined />,
      label: (
        <a href={addressOf("/resources/export", { filter, format: "csv" })} download>
          {said.export_csv}
        </a>
      ),
    },
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
        <Button icon={<ToolOutlined />}>{said.tools}</Button>
      </Dropdown>
      {dialog === "import" ? <ImportDialog onClose={() => setDialog(null)} /> : null}
      {dialog === "bulk" ? (
        <BulkDialog target={{ filter }} onClose={() => setDialog(null)} />
      ) : null}
    </>
  );
}
