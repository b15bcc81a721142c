import { DownloadOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { addressOf } from "../../api/client";
import { useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { useCan } from "../../shell/can";
import type { JournalView } from "./JournalFilters";
import { words } from "./words";

const FORMATS = ["jsonl", "cef", "syslog"] as const;

/** Takes the facts that the filters leave out of the house; that, too, is a fact. */
export function ExportMenu(props: { view: JournalView }) {
  const said = useWords(words);
  const refusal = useCan()("journal.export");
  const { cause: _, ...filters } = props.view;
  const items = FORMATS.map((format) => ({
    key: format,
    label: (
      <a href={addressOf("/journal/export", { ...filters, format })} download>
        {said[`export_${format}`]}
      </a>
    ),
  }));
  return (
    <Permitted refusal={refusal}>
      <Dropdown autoFocus trigger={["click"]} menu={{ items }} disabled={refusal !== null}>
        <Button icon={<DownloadOutlined />}>{said.export}</Button>
      </Dropdown>
    </Permitted>
  );
}
