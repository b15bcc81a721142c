import { DownloadOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { App, Button, Dropdown } from "antd";
import { addressOf, problemFrom, sendTo } from "../api/client";
import type { Problem } from "../api/problem";
import { saveFile } from "./csv";
import { useWords } from "./language";
import { words } from "./words";

const FORMATS = ["xlsx", "csv"] as const;

/** The file that the server makes, worded in the language of the page. */
async function fileOf(path: string, query: Record<string, string>): Promise<Blob> {
  const response = await sendTo(addressOf(path, query), { method: "GET" });
  if (!response.ok) throw await problemFrom(response);
  return response.blob();
}

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
  const { message } = App.useApp();
  const take = useMutation<Blob, Problem, string>({
    mutationFn: (format) => fileOf(path, { ...query, format }),
    onSuccess: (file, format) => saveFile(`${name}.${format}`, file),
    onError: (problem) => void message.error(problem.message),
  });
  return (
    <Dropdown
      autoFocus
      trigger={["click"]}
      menu={{
        items: FORMATS.map((key) => ({ key, label: said[`sheet_${key}`] })),
        onClick: ({ key }) => take.mutate(key),
      }}
    >
      <Button icon={<DownloadOutlined />} loading={take.isPending}>
        {said.sheet}
      </Button>
    </Dropdown>
  );
}
