import { InboxOutlined } from "@ant-design/icons";
import { Select, Upload } from "antd";
import { Card } from "../../kit/Card";
import { useWords } from "../../kit/language";
import { words } from "./words";

const SHEETS = ["regions", "units", "sites", "posts", "people", "holdings"] as const;

/** Whether the file does not say by itself what it is about. */
export function isCsv(file: File): boolean {
  return file.name.toLowerCase().endsWith(".csv");
}

/** Chooses a file, and what it is about where that does not stand in it. */
export function ImportChooser(props: {
  file: File | null;
  sheet: string;
  disabled: boolean;
  onChoose: (file: File, sheet: string) => void;
}) {
  const { file, sheet, disabled, onChoose } = props;
  const said = useWords(words);
  return (
    <Card title={said.import_step_file}>
      <Upload.Dragger
        accept=".xlsx,.csv"
        showUploadList={false}
        disabled={disabled}
        beforeUpload={(chosen) => {
          onChoose(chosen, "");
          return false;
        }}
      >
        <p className="ant-upload-drag-icon">
          <InboxOutlined />
        </p>
        <p>{file ? file.name : said.import_choose}</p>
        <p className="kit-quiet">{said.import_hint}</p>
      </Upload.Dragger>
      {file && isCsv(file) ? (
        <Select
          aria-label={said.import_sheet_of}
          placeholder={said.import_sheet_of}
          className="kit-wide directory-below"
          disabled={disabled}
          value={sheet || null}
          onChange={(about: string) => onChoose(file, about)}
          options={SHEETS.map((one) => ({ value: one, label: said[one] }))}
        />
      ) : null}
    </Card>
  );
}
