import { DownloadOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { useDownload } from "../../kit/useDownload";
import { words } from "./words";

const SHEETS = ["regions", "units", "sites", "posts", "people", "holdings"] as const;
/** The key of the entry that is no sheet. */
const WHOLE = "xlsx";

/** Takes the directory away as a workbook, or one sheet of it as CSV. */
export function ExportMenu(props: { as_of?: string }) {
  const said = useWords(words);
  const as_of = props.as_of ?? "";
  const { take, running } = useDownload();
  const items = [
    { key: WHOLE, label: said.export_xlsx },
    ...SHEETS.map((sheet) => ({
      key: sheet,
      label: fill(said.export_csv_of, { sheet: said[sheet] }),
    })),
  ];
  const save = (sheet: string) => {
    const name = sheet ? `${sheet}.csv` : "directory.xlsx";
    take({ path: "/directory/export", query: { as_of, sheet }, name });
  };
  return (
    <Dropdown
      autoFocus
      trigger={["click"]}
      menu={{
        items,
        onClick: ({ key }) => save(key === WHOLE ? "" : key),
      }}
    >
      <Button icon={<DownloadOutlined />} loading={running}>
        {said.exports}
      </Button>
    </Dropdown>
  );
}
