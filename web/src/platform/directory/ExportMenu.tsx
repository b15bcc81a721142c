import { DownloadOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { addressOf } from "../../api/client";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { words } from "./words";

const SHEETS = ["regions", "units", "sites", "posts", "people", "holdings"] as const;

/** Takes the directory away as a workbook, or one sheet of it as CSV. */
export function ExportMenu(props: { as_of?: string }) {
  const said = useWords(words);
  const as_of = props.as_of ?? "";
  const items = [
    {
      key: "xlsx",
      label: (
        <a href={addressOf("/directory/export", { as_of })} download>
          {said.export_xlsx}
        </a>
      ),
    },
    ...SHEETS.map((sheet) => ({
      key: sheet,
      label: (
        <a href={addressOf("/directory/export", { as_of, sheet })} download>
          {fill(said.export_csv_of, { sheet: said[sheet] })}
        </a>
      ),
    })),
  ];
  return (
    <Dropdown autoFocus trigger={["click"]} menu={{ items }}>
      <Button icon={<DownloadOutlined />}>{said.exports}</Button>
    </Dropdown>
  );
}
