import { DownloadOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useWords } from "./language";
import { useDownload } from "./useDownload";
import { words } from "./words";

const FORMATS = ["xlsx", "csv"] as const;

/** Hands what is shown to the browser as a workbook or a text file. */
export function SheetMenu(props: {
  /** The route that makes the file; it takes `format`. */
  path: string;
  query?: Record<string, string>;
  /** The name of the file, without its ending. */
  name: string;
}) {
  const { path, query = {}, name } = props;
  const said = useWords(words);
  const { take, running } = useDownload();
  return (
    <Dropdown
      autoFocus
      trigger={["click"]}
      menu={{
        items: FORMATS.map((key) => ({ key, label: said[`sheet_${key}`] })),
        onClick: ({ key }) =>
          take({ path, query: { ...query, format: key }, name: `${name}.${key}`, exact: true }),
      }}
    >
      <Button icon={<DownloadOutlined />} loading={running}>
        {said.sheet}
      </Button>
    </Dropdown>
  );
}
